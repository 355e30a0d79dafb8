import { ChaosError } from '../../../support/errors.ts';
import type { Processes } from '../../driver.ts';
import type { CrashLoops } from '../../servers/crash-loop.ts';
import type { ServerContainer } from '../engine/server-container.ts';

/** A container that the runner did not make, and whether it can be stopped. */
export interface Stoppable {
  server: ServerContainer;
  /** The engine would remove it when it stops. */
  isRemovedWhenDown: boolean;
}

/**
 * Controls the processes of containers that the runner did not make.
 *
 * @param mayDisturb whether the journal has the containers' original state; without it nothing may be changed
 * @param settled called when a node runs again
 */
export function attachedProcessCapability(
  nodeOf: (node: string) => Stoppable,
  mayDisturb: () => boolean,
  crashLoops: CrashLoops,
  settled: () => Promise<void>,
): Processes {
  const server = (node: string): ServerContainer => {
    if (!mayDisturb()) throw new ChaosError('failed', 'this environment is attached read-only');
    return nodeOf(node).server;
  };
  const restartable = (node: string): ServerContainer => {
    if (!nodeOf(node).isRemovedWhenDown) return server(node);
    const { name } = server(node).plan;
    throw new ChaosError(
      'failed',
      `the container ${name} was started with --rm: the engine would remove it, and nobody could start it again`,
    );
  };
  const start = async (node: string): Promise<void> => {
    await server(node).start();
    await settled();
  };
  return {
    state: (node) => nodeOf(node).server.state(),
    stop: (node) => restartable(node).stop(),
    kill: (node) => restartable(node).kill(),
    pause: (node) => server(node).pause(),
    resume: (node) => server(node).resume(),
    start,
    lameDuck: (node) => restartable(node).lameDuck(),
    incarnation: (node) => nodeOf(node).server.incarnation(),
    crashLoop: async (node, everyMs) => crashLoops.start(node, restartable(node), everyMs),
    settle: async (node) => {
      await crashLoops.stop(node);
      await start(node);
    },
  };
}
