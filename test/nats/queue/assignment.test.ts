import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Assignment } from '../../../src/cli/worker/assignment.ts';
import type { Carried } from '../../../src/cli/worker/carried.ts';
import { ensureAssets } from '../../../src/nats/queue/assets.ts';
import type { Lease } from '../../../src/nats/queue/lease.ts';
import { Queue } from '../../../src/nats/queue/queue.ts';
import { needs, request } from '../../fleet/requests.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';

let server: TestServer;
let queue: Queue;
let hash: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nats-chaos-assignment-'));
  server = await startNatsServer();
  queue = await Queue.open({ servers: [server.address] }, 'worker');
  await ensureAssets(queue);
  hash = await queue.control.addNeeds(needs());
  await queue.runs.ensureConsumer(hash);
});
afterAll(async () => {
  await queue.close();
  await server.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const run = request();

async function taken(): Promise<Lease> {
  await queue.runs.submit(run, hash);
  const lease = await queue.runs.take(hash, 5_000);
  if (lease === null) throw new Error('the run was not delivered');
  return lease;
}

/** Ends with a report that has this text, once it may. */
function assignment(lease: Lease, text: string, mayEnd: Promise<void>): Assignment {
  const archive = join(folder, text);
  writeFileSync(archive, text);
  const report = { archive, sha256: sha256(text), bytes: text.length, folder: text };
  const carried: Carried = {
    outcome: 'ended',
    result: { timedOut: false, how: 'exit code 0', complaints: [], left: [] },
    report,
  };
  return new Assignment({
    ...{ queue, lease, needs: needs(), worker: { id: 'w1', host: 'h' } },
    carryOut: () => mayEnd.then(() => carried),
    signal: new AbortController().signal,
    isCancelled: () => false,
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('keeps the report of the first result when its run was withdrawn, queued again and ended once more', async () => {
  const first = await taken();
  // Its asker ends, and comes back before the worker has ended it.
  await queue.runs.withdraw({ suite: run.suite });
  const second = await taken();
  expect([first.delivery, second.delivery]).toEqual([1, 1]);
  expect(second.id).not.toBe(first.id);

  let goOn: () => void = () => undefined;
  const later = assignment(second, 'second', new Promise((resolve) => (goOn = resolve))).carryOut();
  expect(await assignment(first, 'first', Promise.resolve()).carryOut()).toMatchObject({ ended: 'done' });
  goOn();
  expect(await later).toMatchObject({ ended: 'dropped' });

  const report = (await queue.states.result(run))?.value?.report;
  expect(report).toMatchObject({ folder: 'first' });
  const got = join(folder, 'got');
  await queue.reports.getFile(report!.object, got, { sha256: sha256('first'), bytes: 5 });
  expect(readFileSync(got, 'utf8')).toBe('first');
});
