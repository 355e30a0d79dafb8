import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../../../src/drivers/binaries/lock.ts';
import { until } from '../../../src/support/deadline.ts';
import { newWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => (world = await newWorld()));
afterEach(() => world.dispose());

test('an abort in the middle of a download leaves nothing behind', async () => {
  const { archive } = await world.releases.putNats('9.9.9');
  world.releases.put(archive, (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 });
    response.write('the first bytes');
  });
  const abort = new AbortController();
  const resolving = world.resolve('nats-server', '9.9.9', abort.signal);
  await until(async () => (await world.inWork()).length === 2 && world.progressLines.length > 0, {
    timeoutMs: 3000,
    what: 'a lock and a folder',
  });
  abort.abort();
  await expect(resolving).rejects.toMatchObject({ code: 'aborted' });
  expect(await world.inWork()).toEqual([]);
  expect(await world.inCache()).toEqual([]);
});

test('an abort in the middle of a build ends the build, with all that it has started, and leaves nothing', async () => {
  const pids = join(world.folder, 'pids');
  // In place of a toolchain that takes long: what is shown here is the end of it, not the build.
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo go version go1.99.0; exit; fi
/bin/sleep 60 & echo "$$ $!" > ${pids}
echo half > "$GOBIN/nats-server"
wait
`;
  await world.install('bin', 'go', script);
  const abort = new AbortController();
  const resolving = world.resolve('nats-server', '9.9.9', abort.signal);
  resolving.catch(() => undefined);
  const started = await until(
    async () =>
      /^(\d+) (\d+)\n$/
        .exec(await readFile(pids, 'utf8').catch(() => ''))
        ?.slice(1)
        .map(Number),
    { timeoutMs: 5000, what: 'the build' },
  );
  abort.abort();
  await expect(resolving).rejects.toMatchObject({ code: 'aborted' });
  await until(() => Promise.resolve(started.every((pid) => !isAlive(pid))), {
    timeoutMs: 3000,
    what: `the end of ${started.join(' and ')}`,
  });
  expect(await world.inWork()).toEqual([]);
  expect(await world.inCache()).toEqual([]);
});

test('a resolve that was aborted before it began does nothing', async () => {
  await world.releases.putNats('9.9.9');
  await expect(world.resolve('nats-server', '9.9.9', AbortSignal.abort())).rejects.toMatchObject({
    code: 'aborted',
  });
  expect(world.releases.asked).toEqual([]);
});
