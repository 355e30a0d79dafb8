import { ChaosError } from '../../../support/errors.ts';
import type { Processes } from '../../driver.ts';
import type { CrashLoops } from '../../shared/crash-loop.ts';
import type { ServerContainer } from '../server-container.ts';

/** A container of somebody else's, as far as it may be stopped. */
export interface Stoppable {
  server: ServerContainer;
  /** The engine would remove it. */
  goesWhenDown: boolean;
}

/**
 * Power over the processes of containers that somebody else made.
 *
 * @param mayDisturb whether the journal says how they were found: what it does not say cannot be done
 * @param settled called when a node runs again
 */
export function powerOverFound(
  nodeOf: (node: string) => Stoppable,
  mayDisturb: () => boolean,
  crashLoops: CrashLoops,
  settled: () => Promise<void>,
): Processes {
  const server = (node: string): ServerContainer => {
    if (!mayDisturb()) throw new ChaosError('failed', 'this environment is attached read-only');
    return nodeOf(node).server;
  };
  const mortal = (node: string): ServerContainer => {
    if (!nodeOf(node).goesWhenDown) return server(node);
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
    stop: (node) => mortal(node).stop(),
    kill: (node) => mortal(node).kill(),
    pause: (node) => server(node).pause(),
    resume: (node) => server(node).resume(),
    start,
    lameDuck: (node) => mortal(node).signal('SIGUSR2'),
    incarnation: (node) => nodeOf(node).server.incarnation(),
    crashLoop: async (node, everyMs) => crashLoops.start(node, mortal(node), everyMs),
    settle: async (node) => {
      await crashLoops.stop(node);
      await start(node);
    },
  };
}
