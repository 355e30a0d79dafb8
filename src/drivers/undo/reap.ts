import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { sleep } from '../../support/deadline.ts';
import { groupsOfRun, removeGroups } from '../limits/control-groups.ts';
import { loopsBelow, mountsBelow, unmountBelow } from '../storage/loop-mounts.ts';
import { removeRules, rulesOfRun } from '../links/packet-rules.ts';
import { sessionsOf } from './sessions.ts';

/** A process that waits for its disk ends only once that has answered. */
const ENDED_WITHIN_MS = 15_000;

/**
 * Ends every process whose command line names a file in `folder`, and those of its services, removes the packet filter's rules with its name,
 * unmounts what is mounted in it, and removes it. The name is unique to a run, so this finds everything that the run
 * left, even when nothing was recorded.
 *
 * @returns the ids of the processes that were ended
 */
export async function reap(folder: string): Promise<number[]> {
  const ended = new Set<number>();
  const until = performance.now() + ENDED_WITHIN_MS;
  for (let pids = processesNaming(folder); pids.length > 0; pids = processesNaming(folder)) {
    for (const pid of pids) {
      ended.add(pid);
      kill(pid);
    }
    if (performance.now() >= until) break;
    await sleep(20);
  }
  await removeRules(folder);
  removeGroups(folder);
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  return [...ended];
}

/**
 * What is left of a folder's processes, filesystems, loop devices, control groups and packet filter rules, in words.
 */
export function leftOf(folder: string): string[] {
  return [
    ...processesNaming(folder).map((pid) => `process ${pid} did not end`),
    ...mountsBelow(folder).map((point) => `${point} is still mounted`),
    ...loopsBelow(folder).map((device) => `${device} is still attached to a file of ${folder}`),
    ...groupsOfRun(folder).map((group) => `the control group ${group} is still there`),
    ...rulesOfRun(folder).map((rule) => `the rule "${rule.join(' ')}" is still in the packet filter`),
  ];
}

/** Ids of the processes that have a file of `folder` on their command line, and of those of its services. */
export function processesNaming(folder: string): number[] {
  const rows = process.platform === 'linux' ? procCommandLines() : psCommandLines();
  const naming = rows
    .filter(({ pid, args }) => pid !== process.pid && args.some((arg) => arg.startsWith(`${folder}/`)))
    .map(({ pid }) => pid);
  return [...new Set([...naming, ...sessionsOf(folder)])];
}

function procCommandLines(): { pid: number; args: string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), args: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') }];
      } catch {
        return [];
      }
    });
}

function psCommandLines(): { pid: number; args: string[] }[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  return stdout.split('\n').map((line) => {
    const [pid = '0', ...args] = line.trim().split(/\s+/);
    return { pid: Number(pid), args };
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
