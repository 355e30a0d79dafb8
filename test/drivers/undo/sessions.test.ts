import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess } from '../../../src/drivers/process/server-process.ts';
import { leftOf, processesNaming, reap } from '../../../src/drivers/undo/reap.ts';
import { membersOf, NOTE_AND_BECOME, sessionFile, sessionMark } from '../../../src/drivers/undo/sessions.ts';
import { until } from '../../../src/support/deadline.ts';

/** A program that starts another one, and goes on; neither has a file of the run on its command line. */
const PARENT = 'sleep 600 & sleep 600 & wait';
/** The same, which leaves its process group too, as a shell with job control does. */
const SCATTERED = 'set -m; sleep 600 & sleep 600 & wait';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sessions-'));
  mkdirSync(join(folder, 'services', 'own'), { recursive: true });
});
afterEach(async () => {
  await reap(folder);
});

function service(script: string, marked: boolean): ServerProcess {
  const args = ['-c', NOTE_AND_BECOME, sessionFile(folder, 'own'), 'sh', '-c', script];
  return new ServerProcess('sh', args, join(folder, 'log'), undefined, {
    cwd: join(folder, 'services', 'own'),
    env: marked ? sessionMark(folder) : {},
    wholeGroup: true,
  });
}

async function started(one: ServerProcess): Promise<number[]> {
  one.start();
  const { pid = 0 } = one;
  await until(() => Promise.resolve(membersOf(pid).length === 3), {
    timeoutMs: 10_000,
    what: 'the program and its two children',
  });
  return membersOf(pid);
}

function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });
}

describe.runIf(process.platform === 'linux')('the processes of a service', () => {
  it.each([
    { how: 'by its session', script: PARENT, marked: false },
    { how: 'by its session, in several process groups', script: SCATTERED, marked: false },
    { how: 'by its environment', script: PARENT, marked: true },
  ])('are all found and ended, $how', async ({ script, marked }) => {
    const pids = await started(service(script, marked));
    if (marked) rmSync(sessionFile(folder, 'own'));
    expect(processesNaming(folder).sort()).toEqual([...pids].sort());
    expect(leftOf(folder)).toHaveLength(3);
    expect((await reap(folder)).sort()).toEqual([...pids].sort());
    expect(alive(pids)).toEqual([]);
    expect(leftOf(folder)).toEqual([]);
  });

  it('are not those of a process that has the same id later', async () => {
    const one = service(PARENT, false);
    const pids = await started(one);
    // As the file would be if another process had had this id before.
    const file = sessionFile(folder, 'own');
    const fields = readFileSync(file, 'utf8').split(') ');
    const older = (fields[1] ?? '').split(' ').map((field, i) => (i === 19 ? '1' : field));
    writeFileSync(file, `${fields[0]}) ${older.join(' ')}`);
    expect(processesNaming(folder)).toEqual([]);
    await one.kill();
    await until(() => Promise.resolve(alive(pids).length === 0), { timeoutMs: 10_000, what: 'their end' });
  });

  it('end with the one that was started, whatever ends it', async () => {
    const one = service(PARENT, false);
    for (const end of ['kill', 'stop', 'crash'] as const) {
      const pids = await started(one);
      if (end === 'crash') process.kill(one.pid ?? 0, 'SIGKILL');
      else await one[end]();
      await until(() => Promise.resolve(alive(pids).length === 0), { timeoutMs: 10_000, what: 'their end' });
      expect(one.state()).toBe('down');
    }
    expect(one.exits.map(({ asked }) => asked)).toEqual(['kill', 'stop', null]);
  });
});
