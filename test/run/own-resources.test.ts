import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { heapInUse, limitIn, OwnResources } from '../../src/run/own-resources.ts';

test('a machine with descriptors, memory and space is none of its business', () => {
  const noted: unknown[] = [];
  const watch = new OwnResources({
    places: [
      { folder: tmpdir(), what: 'here' },
      { folder: '/there/is/no/such/folder', what: 'there' },
    ],
    noteTrouble: (thrown) => noted.push(thrown),
  });
  watch.start();
  watch.observe();
  watch.stop();
  expect(noted).toEqual([]);
});

test('what is alive in the heap is below its limit', () => {
  const { usedBytes, limitBytes } = heapInUse();
  expect(usedBytes).toBeGreaterThan(1024 ** 2);
  expect(usedBytes).toBeLessThan(limitBytes);
});

test('its limit is that of V8 for what lives longer, whatever else this Node.js counts as its heap', async () => {
  // A worker has the limits of the main thread unless it is given others, and is the only one that says them.
  const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true, execArgv: [] });
  await once(worker, 'online');
  const { maxOldGenerationSizeMb = 0 } = worker.resourceLimits ?? {};
  await worker.terminate();
  const { limitBytes } = heapInUse();
  expect(limitBytes).toBeLessThanOrEqual(maxOldGenerationSizeMb * 1024 ** 2);
  expect(limitBytes).toBeGreaterThan(0.9 * maxOldGenerationSizeMb * 1024 ** 2);
});

test('a limit that somebody has set is taken as it was set, the last one of several', () => {
  expect(limitIn(['--no-warnings', '--max-old-space-size=40'])).toBe(40 * 1024 ** 2);
  expect(limitIn(['--max_old_space_size=40', '--max-old-space-size=100'])).toBe(100 * 1024 ** 2);
  expect(limitIn(['', '--max-old-space-size=0', '--max-semi-space-size=64'])).toBeUndefined();
});
