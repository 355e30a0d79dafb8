import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StandingCarrier } from '../../src/cli/explore/standing-carrier.ts';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import { until } from '../../src/support/deadline.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-standing-'));
});
afterEach(() => {
  expect(processesNaming(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

it('gives a run to another process where the one that waited for it was killed', async () => {
  const standing = join(folder, 'standing');
  const carrier = new StandingCarrier(join(standing));
  // A run that ends before it needs any servers: there is no such file.
  const run = { id: '1', label: 'a run', file: join(folder, 'none.yaml'), seed: 1, timeoutMs: 60_000 };
  const how = { out: join(folder, 'runs'), driver: undefined, nats: undefined };
  const { signal } = new AbortController();
  const first = await carrier.carry({ ...run, ...how }, { signal });
  expect(first.how).toBe('exit code 3');
  const keepers = processesNaming(folder);
  for (const pid of keepers) process.kill(pid, 'SIGKILL');
  await until(() => Promise.resolve(processesNaming(folder).length === 0), {
    ...{ timeoutMs: 20_000, what: 'the end of what keeps the servers' },
  });
  const second = await carrier.carry({ ...run, ...how }, { signal });
  expect([second.how, second.left]).toEqual(['exit code 3', []]);
  expect(await carrier.close()).toEqual([]);
});
