import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findServer, signal, stateOf } from '../../../src/drivers/attached/attached-process.ts';
import { resumeRecord } from '../../../src/drivers/attached/resume.ts';
import { Journal } from '../../../src/run/undo/journal.ts';
import { resumeJournal, stillFrozen } from '../../../src/run/undo/resume-journal.ts';
import { until } from '../../../src/support/deadline.ts';
import { processStart } from '../../../src/support/process-start.ts';

const servers: Server[] = [];
const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function listening(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A process of ours that only waits. */
async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  const pid = child.pid!;
  return { pid, started: processStart(pid)! };
}

const becomes = (server: { pid: number; started: string }, state: string): Promise<unknown> =>
  until(() => Promise.resolve(stateOf(server) === state), { timeoutMs: 5_000, what: state });

function journalOf(...records: ReturnType<typeof resumeRecord>[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'resume-'));
  folders.push(folder);
  const journal = new Journal(join(folder, 'journal.ndjson'));
  for (const record of records) journal.append(record);
  journal.close();
  return journal.path;
}

describe.runIf(process.platform === 'linux')('a process that somebody else started', () => {
  it('is no server when it is another program', async () => {
    expect(findServer(await listening(), await listening())).toMatch(/is node, not nats-server$/);
  });

  it('is not found where nobody listens', async () => {
    const port = await listening();
    servers.pop()?.close();
    expect(findServer(await listening(), port)).toMatch(/^no process that this user may look into listens/);
  });

  it('is frozen and let go, and seen to be', async () => {
    const server = await sleeper();
    expect(stateOf(server)).toBe('running');
    expect(signal(server, 'SIGSTOP')).toBe(true);
    await becomes(server, 'paused');
    expect(signal(server, 'SIGCONT')).toBe(true);
    await becomes(server, 'running');
  });

  it('is never signalled when it only has the same id', async () => {
    const server = await sleeper();
    const namesake = { ...server, started: 'another boot 1' };
    expect(stateOf(namesake)).toBe('down');
    expect(signal(namesake, 'SIGSTOP')).toBe(false);
    expect(stateOf(server)).toBe('running');
  });
});

describe.runIf(process.platform === 'linux')('a journal of frozen servers', () => {
  it('is replayed last first, each process once; again it does nothing', async () => {
    const [a, b] = [await sleeper(), await sleeper()];
    const journal = journalOf(resumeRecord('c/a', a), resumeRecord('c/b', b), resumeRecord('c/a', a));
    for (const server of [a, b]) {
      signal(server, 'SIGSTOP');
      await becomes(server, 'paused');
    }
    expect(stillFrozen(journal)).toBe(true);
    expect(resumeJournal(journal)).toEqual([
      { node: 'c/a', pid: a.pid, resumed: true },
      { node: 'c/b', pid: b.pid, resumed: true },
    ]);
    await becomes(a, 'running');
    await becomes(b, 'running');
    expect(stillFrozen(journal)).toBe(false);
    expect(resumeJournal(journal).map(({ resumed }) => resumed)).toEqual([false, false]);
  });

  it('leaves a frozen process alone that only has the id of one that was', async () => {
    const server = await sleeper();
    const journal = journalOf(resumeRecord('c/a', { ...server, started: 'another boot 1' }));
    signal(server, 'SIGSTOP');
    await becomes(server, 'paused');
    expect(stillFrozen(journal)).toBe(false);
    expect(resumeJournal(journal)).toEqual([{ node: 'c/a', pid: server.pid, resumed: false }]);
    expect(stateOf(server)).toBe('paused');
  });

  it('may hold anything else, or not be there', () => {
    const other = { driver: 'attached', op: 'attached.resume', args: { node: 'c/a', pid: 'x', started: 1 } };
    expect(resumeJournal(journalOf(other))).toEqual([]);
    expect(resumeJournal('/nowhere/journal.ndjson')).toEqual([]);
  });
});
