import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWebhook, notify } from '../../../src/cli/nightly/notify.ts';
import { nightlyMessage } from '../../../src/nightly/nightly-run.ts';
import { named, nightlyRun } from '../../nightly/nights.ts';

const MESSAGE = { night: '2026-11-26T020000Z', verdict: 'fail', exitCode: 1, regressions: ['a', 'b'] };

let server: Server;
let base: string;
let status: number;
let got: { url: string; headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  [status, got] = [204, []];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      got.push({ url: request.url ?? '', headers: request.headers, body });
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a webhook', () => {
  it('gets the message as JSON', async () => {
    expect(await notify({ webhook: `${base}/hook` }, MESSAGE)).toEqual([]);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ url: '/hook', headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(got[0]!.body)).toEqual(MESSAGE);
  });

  it('that sends it elsewhere is not followed', async () => {
    status = 302;
    const problems = await notify({ webhook: `${base}/token` }, MESSAGE);
    expect(problems).toEqual([expect.stringMatching(/answered 302; redirects are not followed$/)]);
    expect(got.map(({ url }) => url)).toEqual(['/token']);
    expect(problems[0]).not.toContain('token');
  });

  it('that refuses, or is not there, is complained about without its address', async () => {
    status = 500;
    expect(await notify({ webhook: `${base}/token` }, MESSAGE)).toEqual([
      expect.stringMatching(/answered 500$/),
    ]);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    const [problem] = await notify({ webhook: `${base}/token` }, MESSAGE);
    expect(problem).toMatch(/could not be notified: ECONNREFUSED$/);
    expect(problem).not.toContain('token');
  });

  it.each(['', 'hooks.example.com', 'file:///etc/passwd', 'https://u:secret@example.com/'])(
    'cannot be %j',
    (url) => {
      expect(() => checkWebhook(url)).toThrow(/^--webhook: expected an http or https URL/);
      expect(() => checkWebhook(url)).not.toThrow('secret');
    },
  );
});

describe('a command', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chaos-notify-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gets the message on stdin, and the most of it in its environment', async () => {
    const file = join(folder, 'said');
    const command = `cat > '${file}'; echo "$NATS_CHAOS_VERDICT $NATS_CHAOS_EXIT_CODE $NATS_CHAOS_REGRESSIONS" >> '${file}'`;
    expect(await notify({ command }, MESSAGE)).toEqual([]);
    const [message, words] = readFileSync(file, 'utf8').trim().split('\n');
    expect(JSON.parse(message!)).toEqual(MESSAGE);
    expect(words).toBe('fail 1 2');
  });

  it('finds the name of the nightly run in its environment', async () => {
    const file = join(folder, 'said');
    const message = nightlyMessage(nightlyRun(2, 'fail'), '/nights/x');
    expect(await notify({ command: `echo "$NATS_CHAOS_NIGHT" > '${file}'` }, message)).toEqual([]);
    expect(message['night']).toBe(named(2));
    expect(readFileSync(file, 'utf8').trim()).toBe(named(2));
  });

  it('that fails, or reads nothing of it, is complained about at most', async () => {
    expect(await notify({ command: 'exit 7' }, MESSAGE)).toEqual(['--on-regression ended with exit code 7']);
    const large = { ...MESSAGE, headline: 'x'.repeat(1_000_000) };
    expect(
      await notify({ command: 'true' }, { ...large, headline: undefined, filler: large.headline }),
    ).toEqual([]);
  });
});
