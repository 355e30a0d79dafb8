import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filesOnPath } from '../../../src/drivers/binaries/sources/path.ts';
import { run } from '../../../src/support/exec.ts';
import { isLeftOut } from '../../support/surroundings/left-out.ts';
import { publishGoModule } from './go-proxy.ts';
import { newWorld, type World } from './world.ts';

const go = (await filesOnPath(process.env, 'go'))[0];

describe.skipIf(isLeftOut('go'))('Go toolchain', { timeout: 120_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await newWorld();
    const cache = await run(go!, ['env', 'GOCACHE']);
    Object.assign(world.env, { PATH: `${world.env['PATH']}:${dirname(go!)}`, GOCACHE: cache.stdout.trim() });
    await world.releases.close();
  });
  afterEach(() => world.dispose());

  const natsMain =
    'package main\n\nvar version = "unset"\n\nfunc main() { println("nats-server: " + version) }\n';
  const publishNats = async (versions: string[], says: string): Promise<void> => {
    const module = 'github.com/nats-io/nats-server/v2';
    Object.assign(world.env, await publishGoModule(world.folder, module, versions, { 'main.go': natsMain }));
    // Says its version only if the flags that the user has set reach the build.
    world.env['GOFLAGS'] = `-modcacherw -ldflags=-X=main.version=${says}`;
  };

  test('builds what no release gave, for this machine, and with the flags of the user', async () => {
    await publishNats(['2.99.9'], 'v2.99.9');
    Object.assign(world.env, { GOOS: 'plan9', GOARCH: 'mips' });
    expect(await world.resolve('nats-server', '2.99.9')).toMatchObject({ version: '2.99.9', source: 'go' });
    // Where Go has compiled nothing before, it takes long enough for the seconds to be counted.
    expect(world.progressLines.filter((line) => !/ … \d+ s$/.test(line))).toEqual([
      expect.stringMatching(/^nats-server 2\.99\.9 not from the official release: .*ECONNREFUSED/),
      'building nats-server 2.99.9 with Go, about a minute, once',
    ]);
    expect(await world.inCache()).toEqual(['nats-server-2.99.9']);
    expect(await world.inWork()).toEqual([]);
    expect(await world.resolve('nats-server', '2.99')).toMatchObject({ source: 'cache' });
  });

  test('knows the newest of a series, and passes over pre-releases', async () => {
    await publishNats(['2.99.8', '2.99.10', '2.99.9', '2.99.11-RC.1', '2.100.1'], 'v2.99.10');
    expect(await world.resolve('nats-server', '2.99')).toMatchObject({ version: '2.99.10', source: 'go' });
  });

  test('what it builds is not kept when it says another version', async () => {
    await publishNats(['2.99.9'], 'v2.99.8');
    await expect(world.resolve('nats-server', '2.99.9')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Go: nats-server says 2.99.8') as string,
    });
    expect(await world.inCache()).toEqual([]);
  });

  test('a version that it does not have is an error with the reason that Go gives', async () => {
    await publishNats(['2.99.9'], 'v2.99.9');
    await expect(world.resolve('nats-server', '2.99.1')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/Go: go install .*@v2\.99\.1: .*no such file/) as string,
    });
  });

  describe('asked for the assertions of the server', () => {
    const module = 'github.com/nats-io/nats-server/v2';
    const asserting =
      'package server\n\nimport "github.com/antithesishq/antithesis-sdk-go/assert"\n\nfunc f() { assert.Unreachable("no", nil) }\n';
    const publish = async (server: string): Promise<void> => {
      // Each build is told by what it prints; `server` is read, and not built.
      const main = (tag: string, more: string): string =>
        `//go:build ${tag}\n\npackage main\n\nfunc main() { println("nats-server: v2.99.9${more}") }\n`;
      const files = {
        'main.go': main('enable_antithesis_sdk', ''),
        'plain.go': main('!enable_antithesis_sdk', '-RC.1'),
        'server/server.go': server,
      };
      Object.assign(world.env, await publishGoModule(world.folder, module, ['2.99.9'], files), {
        GOFLAGS: '-modcacherw',
      });
    };

    test('builds them in, and keeps the result apart from the release', async () => {
      await publish(asserting);
      const built = { version: '2.99.9', source: 'go', assertions: true };
      expect(await world.resolve('nats-server', '2.99.9+assertions')).toMatchObject(built);
      expect(await world.inCache()).toEqual(['nats-server-2.99.9+assertions']);
      const cached = { ...built, source: 'cache' };
      expect(await world.resolve('nats-server', '2.99.9+assertions')).toMatchObject(cached);
      // Neither is taken for the other.
      await expect(world.resolve('nats-server', '2.99.9')).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('refuses a version whose source has none: it would prove nothing', async () => {
      await publish('package server\n');
      await expect(world.resolve('nats-server', '2.99.9+assertions')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('the source of nats-server 2.99.9 has no assertions') as string,
      });
    });

    test('refuses the path of a binary', async () => {
      await expect(world.resolve('nats-server', './nats-server+assertions')).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('only releases of nats-server can be built') as string,
      });
    });
  });

  test('a Toxiproxy that Go built says `git`, and is kept under the version that it was built from', async () => {
    const main = 'package main\n\nfunc main() { println("toxiproxy-server version git") }\n';
    const module = 'github.com/Shopify/toxiproxy/v2';
    const files = { 'cmd/server/main.go': main };
    Object.assign(world.env, await publishGoModule(world.folder, module, ['2.12.0'], files), {
      GOFLAGS: '-modcacherw',
    });
    expect(await world.resolve('toxiproxy-server')).toMatchObject({ version: '2.12.0', source: 'go' });
    expect(await world.resolve('toxiproxy-server')).toMatchObject({ version: '2.12.0', source: 'cache' });
    expect(await world.inCache()).toEqual(['toxiproxy-server-2.12.0']);
  });
});
