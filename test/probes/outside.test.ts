import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/probes/outside/command.ts';
import { http } from '../../src/probes/outside/http.ts';
import type { ProbeContext } from '../../src/probes/probe.ts';
import { endCommands, markOf } from '../../src/run/undo/end-commands.ts';
import { until } from '../../src/support/deadline.ts';

const over = new AbortController();
const RUN = `outside-test-${process.pid}`;
const ctx = { signal: over.signal, commandMark: markOf(RUN) } as unknown as ProbeContext;
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'chaos-outside-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the probe http', () => {
  let url = '';
  const asked: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ request, body });
      const status = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
      if (request.url === '/silent') return;
      response.writeHead(status);
      response.end(request.url === '/json' ? '{"depth": 3, "state": "busy"}' : 'depth 3\nlag{a="b"} 17\n');
    });
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const read = (options: object) =>
    http.read(ctx, { kind: 'http', url, method: 'GET', timeout: 5_000, ...options });

  it('reads the status, and whether it is the expected one', async () => {
    expect(await read({})).toEqual({ value: 200, state: 'expected' });
    expect(await read({ url: `${url}/?status=503` })).toEqual({ value: 503, state: 'unexpected' });
    expect(await read({ url: `${url}/?status=503`, status: 503 })).toEqual({ value: 503, state: 'expected' });
  });

  it('reads a number or word in the body, and nothing in that of another status', async () => {
    expect(await read({ url: `${url}/json`, path: 'depth' })).toEqual({ value: 3 });
    expect(await read({ url: `${url}/json`, path: 'state' })).toEqual({ state: 'busy' });
    expect(await read({ matches: String.raw`^lag\{a="b"\} (\d+)$` })).toEqual({ value: 17, state: '17' });
    expect(await read({ matches: '^lag' })).toEqual({ value: 1, state: 'matched' });
    expect(await read({ matches: '^leg' })).toEqual({ value: 0, state: 'unmatched' });
    await expect(read({ matches: String.raw`^leg (\d+)` })).rejects.toThrow(/nothing that matches/);
    await expect(read({ url: `${url}/json`, path: 'length' })).rejects.toThrow(/no field length/);
    await expect(read({ path: 'depth' })).rejects.toThrow(/no JSON/);
    await expect(read({ url: `${url}/?status=500`, matches: '^lag' })).rejects.toThrow(/status 500/);
  });

  it('sends what it is given', async () => {
    await read({ method: 'POST', headers: { 'x-key': 'k' }, body: 'hello' });
    const { request, body } = asked.at(-1)!;
    expect([request.method, request.headers['x-key'], body]).toEqual(['POST', 'k', 'hello']);
  });

  it('has no reading of a server that does not answer, or not in time', async () => {
    await expect(read({ url: 'http://127.0.0.1:1' })).rejects.toThrow(/127\.0\.0\.1:1/);
    await expect(read({ url: `${url}/silent`, timeout: 50 })).rejects.toThrow(/silent/);
  });
});

describe('the probe command', () => {
  const read = (options: object) =>
    command.read(ctx, { kind: 'command', argv: ['true'], exitCode: 0, timeout: 20_000, ...options });
  const sh = (script: string) => ['sh', '-c', script];

  it('reads the exit code, and whether it is the expected one', async () => {
    expect(await read({})).toEqual({ value: 0, state: 'expected' });
    expect(await read({ argv: ['false'] })).toEqual({ value: 1, state: 'unexpected' });
    expect(await read({ argv: sh('exit 3'), exitCode: 3 })).toEqual({ value: 3, state: 'expected' });
  });

  it('reads a number or word on stdout, and nothing of a command that failed', async () => {
    expect(await read({ argv: ['echo', 'depth 7'], matches: 'depth (.+)' })).toEqual({
      value: 7,
      state: '7',
    });
    expect(await read({ argv: ['echo', '{"a": [1, 2]}'], path: 'a.length' })).toEqual({ value: 2 });
    await expect(read({ argv: sh('echo depth 7; exit 1'), matches: 'depth (.+)' })).rejects.toThrow(
      /exit code 1/,
    );
    await expect(read({ argv: ['no-such-command-here'] })).rejects.toThrow(/no such command/);
  });

  it('gives its words to no shell', async () => {
    expect(await read({ argv: ['echo', '$HOME;', '*'], matches: '(.*)' })).toEqual({ state: '$HOME; *' });
  });

  it('ends what is not done in time, with everything that it has started', async () => {
    const file = join(folder, 'pid');
    await expect(read({ argv: sh(`sleep 600 & echo $! > ${file}; wait`), timeout: 500 })).rejects.toThrow(
      /not done within 500 ms/,
    );
    await endsSoon(Number(readFileSync(file, 'utf8')));
  });

  it('leaves nothing behind that could not be found, should the runner be killed', async () => {
    const file = join(folder, 'left');
    const left = read({ argv: sh(`(trap '' TERM; echo $$ > ${file}; sleep 600)`) }).catch(() => null);
    await until(() => Promise.resolve(existsSync(file) && readFileSync(file, 'utf8') !== ''), {
      timeoutMs: 20_000,
      what: 'the command to start',
    });
    // That of another run is left alone.
    expect(endCommands(`another-${RUN}`)).toEqual([]);
    const pid = Number(readFileSync(file, 'utf8'));
    expect(endCommands(join('anywhere', RUN))).toContain(pid);
    await endsSoon(pid);
    await left;
  });
});

async function endsSoon(pid: number): Promise<void> {
  await until(() => Promise.resolve(!isRunning(pid)), { timeoutMs: 20_000, what: `process ${pid} to end` });
}

/** One that has ended, and whose parent has not asked about it yet, does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
