import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectEngine } from '../../../../src/drivers/docker/engine/engine.ts';
import { dockerOptions, engineAddress } from '../../../../src/drivers/docker/engine/engine-address.ts';

const NOBODY = 65_534;

let folder: string;
let server: http.Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
});
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
  rmSync(folder, { recursive: true });
});

/** Something that answers on a socket as an engine of that version does. */
async function engineThatSays(answer: Record<string, string>): Promise<string> {
  const path = join(folder, 'engine.sock');
  server = http.createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

describe('where the engine is', () => {
  it('is what DOCKER_HOST says, as it is for the docker command', () => {
    expect(engineAddress({ DOCKER_HOST: 'unix:///x/y.sock' })).toEqual({
      host: 'unix:///x/y.sock',
      certPath: null,
    });
    expect(engineAddress({ DOCKER_HOST: 'far:2375' })).toEqual({ host: 'tcp://far:2375', certPath: null });
    const secure = { DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(engineAddress(secure)).toEqual({ host: 'tcp://far:2376', certPath: '/certs' });
    expect(engineAddress({ HOME: folder }).host).toMatch(/docker(\.sock|_engine)$/);
  });

  it('is reached by a socket, or by TCP', async () => {
    const at = (host: string) => dockerOptions({ host, certPath: null }, {});
    expect(await at('unix:///x/y.sock')).toMatchObject({ socketPath: '/x/y.sock', host: undefined });
    expect(await at('tcp://far:1234')).toMatchObject({ host: 'far', port: 1234, protocol: 'http' });
  });

  it('is refused when nobody can make sense of it, or its keys are not there', async () => {
    await expect(dockerOptions({ host: 'ftp://far', certPath: null }, {})).rejects.toThrow(
      'the Docker engine\'s host is "ftp://far"; expected unix:///path, tcp://host:port or ssh://user@host',
    );
    await expect(dockerOptions({ host: 'tcp://far:2376', certPath: folder }, {})).rejects.toThrow(
      new RegExp(`^the Docker engine is to be reached by TLS, and ${folder}/ca.pem cannot be read`),
    );
  });
});

describe('an engine that will not do', () => {
  it('is not there', async () => {
    const host = `unix://${folder}/none.sock`;
    await expect(connectEngine({ host, certPath: null })).rejects.toMatchObject({
      code: 'unavailable',
      message: `there is no Docker engine at ${host} (ENOENT)`,
      hint: expect.stringContaining('--driver process') as string,
    });
  });

  it('is too old', async () => {
    const path = await engineThatSays({ Version: '18.09.1', ApiVersion: '1.39', Os: 'linux', Arch: 'amd64' });
    await expect(connectEngine({ host: `unix://${path}`, certPath: null })).rejects.toMatchObject({
      message: `the Docker engine at unix://${path} is too old: 18.09.1 speaks API 1.39, and 1.41 is needed`,
      hint: 'use Docker 20.10 or later',
    });
  });

  it('runs containers of another system', async () => {
    const path = await engineThatSays({ Version: '27.0', ApiVersion: '1.46', Os: 'windows', Arch: 'amd64' });
    await expect(connectEngine({ host: `unix://${path}`, certPath: null })).rejects.toThrow(
      'runs windows containers, not linux',
    );
  });

  it('may not be used by this user', async () => {
    const path = await engineThatSays({});
    chmodSync(path, 0o000);
    const isRoot = process.geteuid?.() === 0;
    // Root may use every socket.
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      await expect(connectEngine({ host: `unix://${path}`, certPath: null })).rejects.toMatchObject({
        message: `this user may not use the Docker engine at unix://${path} (EACCES)`,
        hint: expect.stringContaining('group docker') as string,
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
