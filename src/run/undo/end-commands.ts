import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const VARIABLE = 'NATS_CHAOS_COMMAND_OF';

/**
 * What the environment of a probe's command contains, and of all that it starts: after `kill -9` of the runner, they are
 * found by it.
 *
 * @param folder of the run; its name is unique
 */
export function markOf(folder: string): Record<string, string> {
  return { [VARIABLE]: basename(folder) };
}

/** Ends every process that a probe of a run has started and left behind. @returns their ids */
export function endCommands(folder: string): number[] {
  const mark = `${VARIABLE}=${basename(folder)}`;
  const marked = process.platform === 'linux' ? markedInProc(mark) : markedByPs(mark);
  const pids = marked.filter((pid) => pid !== process.pid);
  for (const pid of pids) kill(pid);
  return pids;
}

function markedInProc(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
      } catch {
        // It has ended, or is somebody else's.
        return false;
      }
    })
    .map(Number);
}

function markedByPs(mark: string): number[] {
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.split(/\s+/).includes(mark))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
