import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTunnel } from '../../../../src/drivers/docker/engine/ssh-tunnel.ts';
import { until } from '../../../../src/support/deadline.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-tunnel-test-'));
  mkdirSync(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Variables of a shell that finds this program in the place of ssh. */
function withSsh(program: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, 'ssh'), `#!${process.execPath}\n${program}`);
  chmodSync(join(folder, 'ssh'), 0o755);
  return { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` };
}

/** Answers on the socket that it is told to forward, and ends with its standard input. */
const FORWARDS = `
const { writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const [socket] = args[args.indexOf('-L') + 1].split(':');
writeFileSync(__dirname + '/args', args.join(' '));
writeFileSync(__dirname + '/pid', String(process.pid));
require('node:http').createServer((_request, response) => response.end('OK')).listen(socket);
process.stdin.resume().on('end', () => process.exit(0));
`;

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    get({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      resolve(true);
    }).on('error', () => resolve(false));
  });

it('says what ssh said, what to try, and leaves nothing', async () => {
  const env = withSsh(
    "process.stderr.write('Warning: x\\nops@far: Permission denied (publickey).\\n'); process.exit(255)",
  );
  await expect(openTunnel(new URL('ssh://ops@far:2222'), env)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'no way to the Docker engine of ops@far by ssh: ops@far: Permission denied (publickey).',
    hint: expect.stringContaining('"ssh -p 2222 ops@far true" has to work without a question') as string,
  });
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

it('forwards the socket that the address names, and is opened again when it breaks', async () => {
  const socket = await openTunnel(new URL('ssh://ops@far:2222/run/user/1000/docker.sock'), withSsh(FORWARDS));
  expect(await answers(socket)).toBe(true);
  const args = readFileSync(join(folder, 'args'), 'utf8');
  expect(args).toContain(`-L ${socket}:/run/user/1000/docker.sock -p 2222 -l ops -- far`);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await until(
    () => answers(socket).then((yes) => yes && Number(readFileSync(join(folder, 'pid'), 'utf8')) !== pid),
    {
      timeoutMs: 15_000,
      what: 'the way to be open again',
    },
  );
  expect(existsSync(socket)).toBe(true);
});
