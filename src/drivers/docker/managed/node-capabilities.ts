import type { Configuration, DriverContext, Processes, Versions } from '../../driver.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { ConfigChanges } from '../../servers/config-changes.ts';
import type { CrashLoops } from '../../servers/crash-loop.ts';
import { variablesForStep } from '../../servers/other-version.ts';
import { configFile, type RunningNode } from './docker-node.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineKey } from '../engine/engines.ts';
import { demandOneVersion, findImage, type ServerImage } from '../engine/find-image.ts';
import type { ServerContainer } from '../engine/server-container.ts';

/** What runs at the moment of a call. */
type NodeOf = (node: string) => RunningNode;

/** @param server of a node or of a replica of a service, at the moment of a call */
export function processCapability(
  server: (node: string) => ServerContainer,
  crashLoops: CrashLoops,
): Processes {
  return {
    state: (node) => server(node).state(),
    stop: (node) => server(node).stop(),
    kill: (node) => server(node).kill(),
    pause: (node) => server(node).pause(),
    resume: (node) => server(node).resume(),
    start: (node) => server(node).start(),
    lameDuck: (node) => server(node).lameDuck(),
    incarnation: (node) => server(node).incarnation(),
    crashLoop: (node, rhythm) => crashLoops.start(node, server(node), rhythm),
    settle: async (node) => {
      await crashLoops.stop(node);
      await server(node).start();
    },
  };
}

/** @param engines those of the run, by what their nodes say of them */
export function versionCapability(
  nodeOf: NodeOf,
  engines: () => ReadonlyMap<EngineKey, Engine>,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Versions {
  const imageFor = (engine: Engine, wanted: string): Promise<ServerImage> =>
    findImage(engine, { tool: 'nats-server', wanted, env: variablesForStep() }, ctx);
  return {
    obtain: async (wanted) => {
      const images = [];
      for (const engine of engines().values()) images.push(await imageFor(engine, wanted));
      return demandOneVersion(images, wanted);
    },
    restartOn: async (node, wanted) => {
      const { server, engine: key } = nodeOf(node);
      const engine = engines().get(key);
      if (!engine) throw new ChaosError('failed', `the engine of ${node} is not connected`);
      const { name } = await imageFor(engine, wanted);
      await server.stop();
      await server.become(name);
      await server.start();
    },
  };
}

export function configurationCapability(nodeOf: NodeOf): Configuration {
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
