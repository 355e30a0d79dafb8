import { withDeadline } from '../../../support/deadline.ts';
import { messageOf } from '../../../support/errors.ts';
import { reasonOf } from './calls.ts';
import { reapRun } from './reap.ts';
import type { ServerContainer } from './server-container.ts';
import type { RunEngine } from './run-engines.ts';

const ANSWER_MS = 2_000;

/** Removes everything of a run from all of its engines. @returns what is left, in words */
export async function removeFrom(runEngines: readonly RunEngine[], runId: string): Promise<string[]> {
  const left = await Promise.all(
    runEngines.map(async ({ engine: { docker, address } }) => {
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

/** Containers that somebody else has removed, in words. */
export async function removedByOthers(containers: readonly ServerContainer[]): Promise<string[]> {
  const there = await Promise.all(containers.map((one) => one.exists()));
  return containers.flatMap(({ plan }, i) =>
    there[i] === false ? [`the container ${plan.name} was removed by somebody else`] : [],
  );
}

/** The engines that do not answer, in words, after a call to one of them failed. */
export async function silentEngines(runEngines: readonly RunEngine[], error: unknown): Promise<string[]> {
  const answers = await Promise.allSettled(
    runEngines.map(({ engine }) => withDeadline(engine.docker.ping(), ANSWER_MS, 'the Docker engine')),
  );
  const silent = runEngines.filter((_, i) => answers[i]?.status === 'rejected');
  // An engine that answers again now still failed to answer before.
  return (silent.length === 0 ? runEngines : silent).map(
    ({ engine }) => `the Docker engine at ${engine.address.host} does not answer: ${reasonOf(error)}`,
  );
}
