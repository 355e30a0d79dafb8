import { afterEach, beforeEach, expect, test } from 'vitest';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { natsServer, newWorld, platformFolder, type World } from './world.ts';

let world: World;
beforeEach(async () => (world = await newWorld()));
afterEach(() => world.dispose());

test('a release whose sum is right is unpacked into the cache, once', async () => {
  const { archive } = await world.releases.putNats('9.9.9');
  const path = join(platformFolder(world.cache), 'nats-server-9.9.9');
  expect(await world.resolve('nats-server', 'v9.9.9')).toEqual({
    tool: 'nats-server',
    version: '9.9.9',
    path,
    source: 'release',
  });
  expect((await stat(path)).mode & 0o111).not.toBe(0);
  expect(world.releases.asked).toEqual(['/nats/v9.9.9/SHA256SUMS', archive]);
  expect(world.progressLines).toEqual([
    `downloading nats-server 9.9.9, once: ${world.releases.url}${archive}`,
  ]);
  expect(await world.inWork()).toEqual([]);

  expect(await world.resolve('nats-server', '9.9.9')).toMatchObject({ path, source: 'cache' });
  expect(world.releases.asked).toHaveLength(2);
});

test('a release whose sum is wrong stops everything: both sums are named, and Go is not tried', async () => {
  const published = 'ab'.repeat(32);
  const { sum } = await world.releases.putNats('9.9.9', { sum: published });
  const mark = join(world.folder, 'go-was-called');
  await world.install('bin', 'go', `#!/bin/sh\n: > ${mark}\necho go version go9.9\n`);
  await expect(world.resolve('nats-server', '9.9.9')).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(new RegExp(`sum is ${sum}, and SHA256SUMS says ${published}`)) as string,
    hint: expect.stringContaining('NATS_SERVER_BIN') as string,
  });
  await expect(access(mark)).rejects.toThrow('ENOENT');
  expect(await world.inCache()).toEqual([]);
  expect(await world.inWork()).toEqual([]);
});

test('a release without a sum for this platform is not trusted', async () => {
  await world.releases.putNats('9.9.9');
  world.releases.put('/nats/v9.9.9/SHA256SUMS', `${'0'.repeat(64)}  nats-server-v9.9.9-plan9-mips.tar.gz\n`);
  await expect(world.resolve('nats-server', '9.9.9')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/release: SHA256SUMS of 9\.9\.9 has no nats-server-v9\.9\.9-/) as string,
  });
});

test('a release that says another version is not kept', async () => {
  await world.releases.putNats('9.9.9', { says: '9.9.8' });
  await expect(world.resolve('nats-server', '9.9.9')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('nats-server says 9.9.8') as string,
  });
  expect(await world.inCache()).toEqual([]);
  expect(await world.inWork()).toEqual([]);
});

test('a download that breaks off is no checksum error', async () => {
  const { archive } = await world.releases.putNats('9.9.9');
  world.releases.put(archive, (_request, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('half', () => response.destroy());
  });
  await expect(world.resolve('nats-server', '9.9.9')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('broke off') as string,
  });
  expect(await world.inWork()).toEqual([]);
});

test('Toxiproxy is released as a bare binary', async () => {
  world.releases.putToxiproxy('2.12.0');
  const { path, version, source } = await world.resolve('toxiproxy-server');
  expect({ version, source }).toEqual({ version: '2.12.0', source: 'release' });
  expect((await stat(path)).mode & 0o111).not.toBe(0);
});

const list = (tags: string[], over: object = {}): string =>
  JSON.stringify(tags.map((tag) => ({ tag_name: tag, draft: false, prerelease: false, ...over })));

test('a series that is not here becomes its newest release, on whatever page that is', async () => {
  const filler = Array.from({ length: 100 }, (_, i) => `v9.9.${i}`);
  world.releases.put('/nats-list?per_page=100&page=1', list(filler));
  world.releases.put('/nats-list?per_page=100&page=2', list(['v9.8.9', 'v9.8.11-RC.1', 'v9.8.10']));
  await world.releases.putNats('9.8.10');
  expect(await world.resolve('nats-server', '9.8')).toMatchObject({ version: '9.8.10', source: 'release' });
});

test('releases marked as drafts or pre-releases are not chosen', async () => {
  world.releases.put('/nats-list?per_page=100&page=1', list(['v9.9.9'], { prerelease: true }));
  await expect(world.resolve('nats-server', '9')).rejects.toMatchObject({
    message: expect.stringContaining('list of releases: none will do') as string,
  });
});

test('latest is the newest release, even when an older one is on PATH and in the cache', async () => {
  await world.install('bin', 'nats-server', natsServer('9.9.7'));
  await world.install(platformFolder('cache'), 'nats-server-9.9.8', natsServer('9.9.8'));
  world.releases.put('/nats-list?per_page=100&page=1', list(['v9.9.9', 'v9.9.8']));
  await world.releases.putNats('9.9.9');
  expect(await world.resolve('nats-server', 'latest')).toMatchObject({ version: '9.9.9', source: 'release' });
});

test('latest without a network is the newest that is here, and that is said', async () => {
  await world.install(platformFolder('cache'), 'nats-server-9.9.8', natsServer('9.9.8'));
  await world.install(platformFolder('cache'), 'nats-server-9.9.10', natsServer('9.9.10'));
  await world.releases.close();
  expect(await world.resolve('nats-server', 'latest')).toMatchObject({ version: '9.9.10', source: 'cache' });
  expect(world.progressLines).toEqual([
    expect.stringMatching(/^the newest nats-server cannot be learned \(.*ECONNREFUSED.*\): using 9\.9\.10$/),
  ]);
});

test('a site that cannot be reached is tried once', async () => {
  for (const path of ['/nats-list?per_page=100&page=1', '/nats/v9.9.9/SHA256SUMS']) {
    world.releases.put(path, (_request, response) => response.destroy());
  }
  await expect(world.resolve('nats-server', '9.9')).rejects.toMatchObject({ code: 'unavailable' });
  expect(world.releases.asked).toEqual(['/nats-list?per_page=100&page=1']);
});
