import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SpareWorkers } from '../../src/threads/spare-workers.ts';
import { ThreadHandle } from '../../src/threads/thread-handle.ts';

vi.setConfig({ testTimeout: 120_000 });

const program = pathToFileURL(resolve('dist/threads/thread.js'));
let folder: string;
let spare: SpareWorkers;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-spare-'));
  spare = new SpareWorkers(program);
});
afterEach(async () => {
  await spare.close();
  rmSync(folder, { recursive: true, force: true });
});

const begun = (worker: Worker): ThreadHandle =>
  new ThreadHandle({
    open: () => worker,
    data: { runId: 'r', folder, seed: 1, publishers: [], epochMs: 0, board: new SharedArrayBuffer(1024) },
    noteTrouble: () => undefined,
  });

it('gives a new worker where none waits, and later those that do', async () => {
  const first = spare.take();
  spare.fillUp();
  const second = spare.take();
  expect(second).not.toBe(first);
  for (const worker of [first, second]) {
    const thread = begun(worker);
    await expect(thread.ask({ ask: 'flush' })).resolves.toBeUndefined();
    await thread.close();
  }
});

it('leaves out one whose program cannot be loaded', async () => {
  const broken = new SpareWorkers(pathToFileURL(join(folder, 'none.js')));
  await new Promise((done) => broken.take().once('error', done));
  broken.fillUp();
  const noted: unknown[] = [];
  const thread = new ThreadHandle({
    open: broken.take,
    data: { runId: 'r', folder, seed: 1, publishers: [], epochMs: 0, board: new SharedArrayBuffer(1024) },
    noteTrouble: (thrown) => noted.push(thrown),
  });
  await expect(thread.ask({ ask: 'flush' })).rejects.toThrow(/none\.js/);
  expect(noted).toHaveLength(1);
});
