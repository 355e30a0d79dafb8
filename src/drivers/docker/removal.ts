import { withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import { reasonOf } from './calls.ts';
import { reapRun } from './reap.ts';
import type { ServerContainer } from './server-container.ts';
import type { Site } from './sites.ts';

const ANSWER_MS = 2_000;

/** Removes everything of a run from all of its engines. @returns what is left, in words */
export async function removeFrom(sites: readonly Site[], runId: string): Promise<string[]> {
  const left = await Promise.all(
    sites.map(async ({ engine: { docker, address } }) => {
      try {
        return (await reapRun(docker, runId)).left;
      } catch (error) {
        return [
          `the containers of run ${runId} could not be removed: the Docker engine at ${address.host} does not answer (${messageOf(error)})`,
        ];
      }
    }),
  );
  return left.flat();
}

/** Containers that are not there any more, in words. */
export async function removedByOthers(containers: readonly ServerContainer[]): Promise<string[]> {
  const there = await Promise.all(containers.map((one) => one.exists()));
  return containers.flatMap(({ plan }, i) =>
    there[i] === false ? [`the container ${plan.name} was removed by somebody else`] : [],
  );
}

/** Which engines say nothing, in words, after one of them said nothing to a call. */
export async function silentEngines(sites: readonly Site[], error: unknown): Promise<string[]> {
  const answers = await Promise.allSettled(
    sites.map(({ engine }) => withDeadline(engine.docker.ping(), ANSWER_MS, 'the Docker engine')),
  );
  const silent = sites.filter((_, i) => answers[i]?.status === 'rejected');
  // One that is back by now did not answer all the same.
  return (silent.length === 0 ? sites : silent).map(
    ({ engine }) => `the Docker engine at ${engine.address.host} does not answer: ${reasonOf(error)}`,
  );
}
