import type { Configuration, DriverContext, Processes, Resources, Versions } from '../driver.ts';
import type { ConfigFile } from './config-file.ts';
import { CpuLimits, type LimitsOptions } from './cpu-limits.ts';
import { MemoryLimits } from './memory-limits.ts';
import type { CrashLoops } from '../servers/crash-loop.ts';
import { resolveOther } from '../servers/other-version.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import type { ServerProcess } from './server-process.ts';

type Up = () => RunningProcesses;

/** @param up what runs at the moment of a call */
export function processCapability(up: Up, crashLoops: CrashLoops): Processes {
  const server = (node: string): ServerProcess => ofNode(up().servers, node);
  return {
    state: (node) => Promise.resolve(server(node).state()),
    stop: (node) => server(node).stop(),
    kill: (node) => server(node).kill(),
    pause: (node) => server(node).pause(),
    resume: (node) => server(node).resume(),
    start: (node) => {
      server(node).start();
      return Promise.resolve();
    },
    lameDuck: (node) => {
      server(node).lameDuck();
      return Promise.resolve();
    },
    incarnation: (node) => Promise.resolve(server(node).pid?.toString() ?? null),
    crashLoop: (node, rhythm) =>
      crashLoops.start(
        node,
        {
          kill: () => server(node).kill(),
          start: () => {
            server(node).start();
            return Promise.resolve();
          },
        },
        rhythm,
      ),
    settle: async (node) => {
      await crashLoops.stop(node);
      server(node).start();
    },
  };
}

export function versionCapability(up: Up, ctx: Pick<DriverContext, 'signal' | 'progress'>): Versions {
  return {
    obtain: async (wanted) => (await resolveOther(wanted, ctx)).version,
    restartOn: async (node, wanted) => {
      const server = ofNode(up().servers, node);
      const { path } = await resolveOther(wanted, ctx);
      await server.stop();
      server.become(path);
      server.start();
    },
  };
}

export function configurationCapability(up: Up): Configuration {
  const reload = (node: string, edit: (file: ConfigFile) => void): Promise<void> => {
    edit(ofNode(up().configs, node));
    ofNode(up().servers, node).reload();
    return Promise.resolve();
  };
  return {
    change: (node, over) => reload(node, (file) => file.change(over)),
    restore: (node, over) => reload(node, (file) => file.restore(over)),
    read: (node, over) => {
      const file = ofNode(up().configs, node);
      return Promise.resolve({ holds: file.holds(over), writtenAt: file.writtenAt });
    },
  };
}

export function resourceCapability(options: LimitsOptions): Resources {
  const cpu = new CpuLimits(options);
  const memory = new MemoryLimits(() => options.folder());
  return {
    limitCpu: (node, share) => cpu.limitCpu(node, share),
    unlimitCpu: (node) => cpu.unlimitCpu(node),
    cpu: (node) => cpu.cpu(node),
    limitMemory: (node, sizeBytes) => memory.limitMemory(node, sizeBytes),
    unlimitMemory: (node) => memory.unlimitMemory(node),
    memory: (node) => memory.memory(node),
  };
}
