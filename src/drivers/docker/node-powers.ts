import type { Configuration, DriverContext, Processes, Versions } from '../driver.ts';
import type { ConfigChanges } from '../shared/config-changes.ts';
import type { CrashLoops } from '../shared/crash-loop.ts';
import { variablesForStep } from '../shared/other-version.ts';
import { configFile, type RunningNode } from './docker-node.ts';
import type { Engine } from './engine.ts';
import { findImage, type ServerImage } from './find-image.ts';
import type { ServerContainer } from './server-container.ts';

/** @param nodeOf what runs at the moment of a call */
type NodeOf = (node: string) => RunningNode;

export function powerOverProcesses(nodeOf: NodeOf, crashLoops: CrashLoops): Processes {
  const server = (node: string): ServerContainer => nodeOf(node).server;
  return {
    state: (node) => server(node).state(),
    stop: (node) => server(node).stop(),
    kill: (node) => server(node).kill(),
    pause: (node) => server(node).pause(),
    resume: (node) => server(node).resume(),
    start: (node) => server(node).start(),
    lameDuck: (node) => server(node).signal('SIGUSR2'),
    incarnation: (node) => server(node).incarnation(),
    crashLoop: (node, rhythm) => crashLoops.start(node, server(node), rhythm),
    settle: async (node) => {
      await crashLoops.stop(node);
      await server(node).start();
    },
  };
}

export function powerOverVersions(
  nodeOf: NodeOf,
  engine: () => Engine,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Versions {
  const imageFor = (wanted: string): Promise<ServerImage> =>
    findImage(engine(), { tool: 'nats-server', wanted, env: variablesForStep() }, ctx);
  return {
    obtain: async (wanted) => (await imageFor(wanted)).version,
    restartOn: async (node, wanted) => {
      const { name } = await imageFor(wanted);
      const { server } = nodeOf(node);
      await server.stop();
      await server.become(name);
      await server.start();
    },
  };
}

export function powerOverConfiguration(nodeOf: NodeOf): Configuration {
  const reload = async (node: string, edit: (config: ConfigChanges) => boolean): Promise<void> => {
    const running = nodeOf(node);
    if (edit(running.config)) {
      await running.server.put('/', configFile(running.config));
      running.writtenAt = Date.now();
    }
    await running.server.signal('SIGHUP');
  };
  return {
    change: (node, over) => reload(node, (config) => config.add(over)),
    restore: (node, over) => reload(node, (config) => config.remove(over)),
    read: (node, over) => {
      const { config, writtenAt } = nodeOf(node);
      return Promise.resolve({ holds: config.holds(over), writtenAt });
    },
  };
}
