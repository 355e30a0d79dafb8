import { afterEach, beforeEach, expect, test } from 'vitest';
import { delimiter, join } from 'node:path';
import { natsServer, newWorld, platformFolder, saying, toxiproxy, type World } from './world.ts';

let world: World;
beforeEach(async () => (world = await newWorld()));
afterEach(() => world.dispose());

const usePath = (...folders: string[]): void => {
  world.env['PATH'] = folders.map((folder) => join(world.folder, folder)).join(delimiter);
};
const cached = (version: string): Promise<string> =>
  world.install(platformFolder('cache'), `nats-server-${version}`, natsServer(version));

test('a path that is named counts before everything else', async () => {
  await world.install('bin', 'nats-server', natsServer('9.9.9'));
  const path = await world.install('mine', 'my-nats', natsServer('9.9.8'));
  expect(await world.resolve('nats-server', path)).toEqual({
    tool: 'nats-server',
    version: '9.9.8',
    path,
    source: 'path',
  });
});

test('the variable overrules the version, and that is said', async () => {
  const path = await world.install('mine', 'my-nats', natsServer('9.9.8'));
  world.env['NATS_SERVER_BIN'] = path;
  expect(await world.resolve('nats-server', '9.9')).toMatchObject({ path, source: 'path' });
  expect(world.progressLines).toEqual([]);
  expect(await world.resolve('nats-server', '2.10')).toMatchObject({ path, version: '9.9.8' });
  expect(world.progressLines).toEqual(['NATS_SERVER_BIN is 9.9.8, although nats-server 2.10.x is asked for']);
});

test.each([
  ['that is not there', undefined, 'no such command'],
  ['that is another program', toxiproxy('2.12.0'), 'does not say that it is nats-server'],
  ['that fails', '#!/bin/sh\nexit 3\n', 'exit code 3, no output'],
])('a named path %s is an error, and nothing else is taken', async (_what, script, message) => {
  await world.install('bin', 'nats-server', natsServer('9.9.9'));
  const path = join(world.folder, 'mine', 'server');
  if (script !== undefined) await world.install('mine', 'server', script);
  await expect(world.resolve('nats-server', path)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(message) as string,
  });
});

test('PATH is searched in its order, past those that do not match', async () => {
  await world.install('a', 'nats-server', natsServer('9.9.7'));
  const first = await world.install('b', 'nats-server', natsServer('9.9.9'));
  await world.install('c', 'nats-server', natsServer('9.9.9'));
  await cached('9.9.9');
  usePath('a', 'b', 'c');
  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ path: first, source: 'PATH' });
});

test('of a series, the newest on PATH is taken, and a pre-release is not', async () => {
  await world.install('a', 'nats-server', natsServer('9.8.2'));
  const newest = await world.install('b', 'nats-server', natsServer('9.8.10'));
  await world.install('c', 'nats-server', natsServer('9.8.11-RC.1'));
  await cached('9.8.12');
  usePath('a', 'b', 'c');
  expect(await world.resolve('nats-server', '9.8')).toMatchObject({ path: newest, source: 'PATH' });
  expect(world.releases.asked).toEqual([]);
});

test('of a series, the newest in the cache is taken when PATH has none, without a network', async () => {
  await world.install('bin', 'nats-server', natsServer('9.7.1'));
  await cached('9.8.2');
  const newest = await cached('9.8.10');
  await cached('9.8.11-RC.1');
  await cached('9.9.1');
  expect(await world.resolve('nats-server', '9.8')).toMatchObject({ path: newest, source: 'cache' });
  expect(world.releases.asked).toEqual([]);
});

test('a cached file that does not run any more is replaced', async () => {
  await world.install(platformFolder('cache'), 'nats-server-9.9.9', saying('Segmentation fault'));
  await world.releases.putNats('9.9.9');
  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ source: 'release' });
  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ source: 'cache' });
});

test('a Toxiproxy on PATH serves from 2.5 on, and not before', async () => {
  const path = await world.install('bin', 'toxiproxy-server', toxiproxy('2.5.0'));
  expect(await world.resolve('toxiproxy-server')).toMatchObject({ path, version: '2.5.0', source: 'PATH' });
  await world.install('bin', 'toxiproxy-server', toxiproxy('2.4.0'));
  world.releases.putToxiproxy('2.12.0');
  expect(await world.resolve('toxiproxy-server')).toMatchObject({ version: '2.12.0', source: 'release' });
});
test('a Toxiproxy that says only `git` is known by the module version that Go wrote into it', async () => {
  const built =
    '#!/bin/sh\necho toxiproxy-server version git\nexit\nmod\tgithub.com/Shopify/toxiproxy/v2\tv2.11.0\th1:x\n';
  await world.install('bin', 'toxiproxy-server', built);
  expect(await world.resolve('toxiproxy-server')).toMatchObject({ version: '2.11.0', source: 'PATH' });
});

test('a version that nobody has: the error names every source and why it did not do', async () => {
  await world.install('bin', 'nats-server', natsServer('9.9.7'));
  const error = await world.resolve('nats-server', '9.9.9').catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({
    code: 'unavailable',
    hint: expect.stringContaining('chaos doctor') as string,
  });
  const lines = (error as Error).message.split('\n');
  expect(lines[0]).toBe('nats-server 9.9.9 cannot be had:');
  expect(lines[1]).toMatch(/PATH: .*bin\/nats-server is 9\.9\.7$/);
  expect(lines[2]).toMatch(/cache: none that will do in .*cache$/);
  expect(lines[3]).toMatch(/the official release: .*SHA256SUMS answers 404/);
  expect(lines[4]).toMatch(/Go: no Go toolchain on PATH$/);
  expect(lines).toHaveLength(5);
});
