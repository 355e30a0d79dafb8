import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { sleep } from '../../support/deadline.ts';
import { groupsOfRun, removeGroups } from './run-groups.ts';
import { loopsBelow, mountsBelow, unmountBelow } from './loop-mounts.ts';
import { removeRules, rulesOfRun } from './run-rules.ts';

/**
 * Ends every process whose command line names a file in `folder`, takes out the packet filter's rules that bear its name,
 * unmounts what is mounted in it, and removes it. The name is unique to a run, so this finds what the run has left even
 * when nobody was left to note it.
 *
 * @returns the ids of the processes that were ended
 */
export async function reap(folder: string): Promise<number[]> {
  const ended = new Set<number>();
  for (let round = 0; round < 50; round += 1) {
    const pids = processesNaming(folder);
    if (pids.length === 0) break;
    for (const pid of pids) {
      ended.add(pid);
      kill(pid);
    }
    await sleep(20);
  }
  await removeRules(folder);
  removeGroups(folder);
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  return [...ended];
}

/** What there still is of a folder's processes, filesystems and loop devices, in words. */
export function leftOf(folder: string): string[] {
  return [
    ...processesNaming(folder).map((pid) => `process ${pid} did not end`),
    ...mountsBelow(folder).map((point) => `${point} is still mounted`),
    ...loopsBelow(folder).map((device) => `${device} still stands for a file of ${folder}`),
    ...groupsOfRun(folder).map((group) => `the control group ${group} is still there`),
    ...rulesOfRun(folder).map((rule) => `the rule "${rule.join(' ')}" is still in the packet filter`),
  ];
}

/** Ids of the processes that have a file of `folder` on their command line. */
export function processesNaming(folder: string): number[] {
  const rows = process.platform === 'linux' ? procCommandLines() : psCommandLines();
  return rows
    .filter(({ pid, args }) => pid !== process.pid && args.some((arg) => arg.startsWith(`${folder}/`)))
    .map(({ pid }) => pid);
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
    // It went by itself in the meantime.
  }
}
