import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess } from '../../../src/drivers/process/server-process.ts';
import { endedOnRequest } from '../../../src/run/exits/explain.ts';
import { until } from '../../../src/support/deadline.ts';

/** Ends with code 0 when it is asked to, as a server does. */
const ENDS_WHEN_ASKED = "process.on('SIGTERM', () => process.exit(0));";
const HEARS_NOTHING = "process.on('SIGTERM', () => {});";

describe('a server that is asked to end and killed before that is seen', () => {
  let folder: string;
  let server: ServerProcess;
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'nats-chaos-unit-'));
  });
  afterEach(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  const startProgram = async (program: string): Promise<number> => {
    const log = join(folder, 'log');
    const args = ['-e', `${program} setInterval(() => {}, 1000); console.log('ready');`];
    server = new ServerProcess(process.execPath, args, log);
    server.start();
    const isReady = (): boolean => readFileSync(log, 'utf8').includes('ready');
    await until(() => Promise.resolve(isReady()), { timeoutMs: 10_000, what: 'the program' });
    return server.pid!;
  };
  /** Without a turn of the event loop, so that this process does not hear of the end. */
  const endUnheard = (pid: number): void => {
    const isEnded = (): boolean =>
      spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('Z');
    const deadline = performance.now() + 10_000;
    while (!isEnded()) if (performance.now() > deadline) throw new Error('it does not end');
  };
  const lastExit = () => ({ node: 'c/n1', ...server.exits.at(-1)! });

  it('ended on request, whatever came first', async () => {
    const pid = await startProgram(ENDS_WHEN_ASKED);
    const stopping = server.stop();
    endUnheard(pid);
    await server.kill();
    await stopping;
    expect(lastExit()).toMatchObject({ code: 0, signal: null, asked: 'stop' });
    expect(endedOnRequest(lastExit())).toBe(true);
  });

  it('ended on request when only the kill reached it', async () => {
    await startProgram(HEARS_NOTHING);
    const stopping = server.stop();
    await server.kill();
    await stopping;
    expect(lastExit()).toMatchObject({ code: null, signal: 'SIGKILL', asked: 'stop' });
    expect(endedOnRequest(lastExit())).toBe(true);
  });

  it('is asked anew by each start', async () => {
    await startProgram(ENDS_WHEN_ASKED);
    await server.stop();
    server.start();
    process.kill(server.pid!, 'SIGTERM');
    await until(() => Promise.resolve(server.state() === 'down'), { timeoutMs: 10_000, what: 'its end' });
    expect(lastExit().asked).toBeNull();
    expect(endedOnRequest(lastExit())).toBe(false);
  });
});
