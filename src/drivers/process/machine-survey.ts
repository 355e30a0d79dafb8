import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  CGROUP_CONTROLLERS,
  SYSTEM_COMMANDS,
  type CgroupController,
  type MachineSurvey,
  type SystemCommand,
} from '../machine.ts';
import { controllerRoots, homeFor } from '../limits/cgroup-roots.ts';
import { ADMIN_FOLDERS } from '../system/command.ts';

/** Surveys this machine; changes nothing, starts nothing. */
export function surveyMachine(env: NodeJS.ProcessEnv = process.env): MachineSurvey {
  const folders = [...(env.PATH ?? '').split(delimiter), ...ADMIN_FOLDERS].filter((folder) => folder !== '');
  const isThere = (command: SystemCommand): boolean =>
    folders.some((folder) => may(join(folder, command), 'X_OK'));
  const roots = controllerRoots();
  const version = (controller: CgroupController): 1 | 2 | null => {
    // Limits on devices are set in the root group; those on processes in a group of their own.
    const place = controller === 'blkio' ? roots.blkio : homeFor(controller, 'self');
    // Only root may write them, and `root` reports that already; but root in a container often may not either.
    const writable = process.getuid?.() !== 0 || may(place?.folder ?? '', 'W_OK');
    return place && writable ? place.version : null;
  };
  return {
    root: mountProblem(),
    loopDevices: existsSync('/dev/loop-control'),
    commands: record(SYSTEM_COMMANDS, isThere),
    cgroups: record(CGROUP_CONTROLLERS, version),
    engineIsHere: (env.DOCKER_HOST ?? '') === '' || env.DOCKER_HOST?.startsWith('unix:') === true,
  };
}

const CAP_SYS_ADMIN = 21n;

/** Why this process may not mount: even root in a container often may not. */
function mountProblem(): string | null {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`;
  if (process.getuid?.() !== 0) return 'this process is not root';
  const [, effective] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const allowed = (BigInt(`0x${effective ?? '0'}`) >> CAP_SYS_ADMIN) & 1n;
  return allowed === 1n ? null : 'root may not mount here (no CAP_SYS_ADMIN)';
}

function may(path: string, access: 'X_OK' | 'W_OK'): boolean {
  try {
    accessSync(path, constants[access]);
    return true;
  } catch {
    return false;
  }
}

function record<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
