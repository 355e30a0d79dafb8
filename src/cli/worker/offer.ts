import { availableParallelism } from 'node:os';
import type { Offer } from '../../fleet/needs.ts';
import type { Permit } from '../../fleet/permit.ts';
import { surveyBinary } from '../../drivers/binaries/index.ts';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { COMPOSE_OFFER, containersOffer } from '../../plan/containers-offer.ts';
import { OFFERS, type DriverOffer } from '../../plan/driver-offer.ts';
import { needsRoot, onMachine } from '../../plan/machine-offer.ts';
import { ChaosError } from '../../support/errors.ts';
import { findProgram } from '../../support/find-program.ts';
import { DEFAULT_NATS } from '../doctor/binaries.ts';
import { reachEngine } from '../doctor/engine.ts';

/**
 * What this machine can carry out, as `chaos doctor` knows it, as far as the worker was started to allow it.
 *
 * @returns a function of the programs that runs on the queue ask for
 * @throws ChaosError `usage` for a driver that there is not, `unavailable` for one that lacks what it needs here
 */
export async function offerHere(
  permit: Permit,
  env: NodeJS.ProcessEnv,
  cores = availableParallelism(),
): Promise<(programs: readonly string[]) => Offer> {
  const ctx = { env, progress: () => undefined };
  const [server, toxiproxy] = await Promise.all([
    surveyBinary({ tool: 'nats-server', wanted: DEFAULT_NATS }, ctx),
    surveyBinary({ tool: 'toxiproxy-server' }, ctx),
  ]);
  const hasToxiproxy = toxiproxy.installed !== undefined || toxiproxy.release.usable || toxiproxy.go.usable;
  const machine = surveyMachine(env);
  const drivers: Offer['drivers'] = {};
  for (const name of permit.drivers) {
    const offer = onMachine(await driverHere(name, env), machine);
    drivers[name] = offer.capabilities.filter(
      (one) =>
        (permit.rootFaults || !needsRoot(one)) && (one !== 'links' || hasToxiproxy || name !== 'process'),
    );
  }
  const onPath = server.onPath.flatMap(({ version }) => version ?? []);
  const known = {
    drivers,
    anyVersion: server.release.usable || server.go.usable,
    builds: server.go.usable,
    versions: [...new Set([...server.cached, ...onPath])].slice(0, 100),
    binaries: [...permit.binaries],
    commands: permit.commands,
    cores,
  };
  return (programs) => ({
    ...known,
    programs: programs.filter((one) => findProgram(one) !== undefined).slice(0, 100),
  });
}

async function driverHere(name: string, env: NodeJS.ProcessEnv): Promise<DriverOffer> {
  if (name === 'docker' || name === 'attached-docker' || name === 'compose') await reachEngine(env);
  if (name === 'compose') return COMPOSE_OFFER;
  if (name === 'attached-docker') return containersOffer(true);
  // What can be done with attached servers depends on where they are: the worker sees when it reads the experiment.
  if (name === 'attached') return { driver: name, capabilities: ['pausing'], links: [] };
  const offer = OFFERS.find(({ driver }) => driver === name);
  if (offer !== undefined) return offer;
  throw new ChaosError(
    'usage',
    `there is no driver "${name}"; expected one of process, docker, attached, attached-docker, compose`,
  );
}
