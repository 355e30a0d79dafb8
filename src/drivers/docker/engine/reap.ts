import type Docker from 'dockerode';
import { sleep } from '../../../support/deadline.ts';
import { reasonOf, statusOf, tolerating } from './calls.ts';
import { ofRun } from './labels.ts';

/** What a run has on an engine, by names. */
export interface RunThings {
  containers: string[];
  networks: string[];
  volumes: string[];
}

const ROUNDS = 40;
const PAUSE_MS = 100;
/** An engine that is restarted answers again within seconds. */
const BACK_MS = 15_000;
/** What was requested when the runner died may appear only after the first check. */
const EMPTY_ROUNDS = 2;

/** Everything on an engine that carries the run's label. @param filters for things with other labels */
export async function thingsOf(docker: Docker, runId: string, filters = ofRun(runId)): Promise<RunThings> {
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map(({ Names: names, Id: id }) => names[0]?.slice(1) ?? id),
    networks: networks.map(({ Name: name }) => name),
    // An engine without volumes answers with null.
    volumes: ((volumes as typeof volumes | null) ?? []).map(({ Name: name }) => name),
  };
}

/**
 * Removes everything on an engine that carries the run's label, and nothing else; images stay. Safe to repeat.
 *
 * @returns what existed, and what is left, in words
 * @throws when the engine does not answer within seconds
 */
export async function reapRun(
  docker: Docker,
  runId: string,
  filters = ofRun(runId),
): Promise<RunThings & { left: string[] }> {
  const seen = { containers: new Set<string>(), networks: new Set<string>(), volumes: new Set<string>() };
  let problems: string[] = [];
  for (let round = 0, empty = 0; round < ROUNDS && empty < EMPTY_ROUNDS; round += 1) {
    const things = await retryWhileSilent(() => thingsOf(docker, runId, filters));
    for (const kind of ['containers', 'networks', 'volumes'] as const)
      for (const name of things[kind]) seen[kind].add(name);
    const isEmpty = Object.values(things).every((names: string[]) => names.length === 0);
    empty = isEmpty ? empty + 1 : 0;
    problems = isEmpty ? [] : await removeAll(docker, things);
    if (empty < EMPTY_ROUNDS) await sleep(PAUSE_MS);
  }
  return {
    containers: [...seen.containers],
    networks: [...seen.networks],
    volumes: [...seen.volumes],
    left: problems,
  };
}

/** Repeats a call only while the engine does not answer; every answer is final. */
async function retryWhileSilent<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + BACK_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) !== 0 || performance.now() > end) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** @returns what could not be removed just now, and why */
async function removeAll(docker: Docker, { containers, networks, volumes }: RunThings): Promise<string[]> {
  const gone = [404, 409];
  const remove = async (what: string, call: Promise<unknown>): Promise<string[]> => {
    try {
      await tolerating(gone, call);
      return [];
    } catch (error) {
      return [`${what} could not be removed: ${reasonOf(error)}`];
    }
  };
  // Networks and volumes are held by their containers, so these go first.
  const first = await Promise.all(
    containers.map((name) =>
      remove(`container ${name}`, docker.getContainer(name).remove({ force: true, v: true })),
    ),
  );
  const then = await Promise.all([
    ...networks.map(async (name) => {
      const left = await remove(`network ${name}`, docker.getNetwork(name).remove());
      return left.length === 0 ? left : [...left, ...(await holdersOf(docker, name))];
    }),
    ...volumes.map((name) => remove(`volume ${name}`, docker.getVolume(name).remove({ force: true }))),
  ]);
  return [...first, ...then].flat();
}

/** The run's own containers are removed by now, so every container that is still connected belongs to somebody else. */
async function holdersOf(docker: Docker, network: string): Promise<string[]> {
  const seen = (await docker
    .getNetwork(network)
    .inspect()
    .catch(() => ({}))) as {
    Containers?: Record<string, { Name: string }>;
  };
  return Object.values(seen.Containers ?? {}).map(
    ({ Name: name }) =>
      `container ${name} is connected to ${network} and none of the run's: docker network disconnect ${network} ${name}`,
  );
}
