import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NodeInfo } from '../../../src/drivers/driver.ts';
import type { SystemContext } from '../../../src/faults/fault.ts';
import type { FaultPlan } from '../../../src/plan/plan.ts';
import { FaultRunner } from '../../../src/run/faults/fault-runner.ts';
import { Injections } from '../../../src/run/faults/injections.ts';
import { Timeline } from '../../../src/run/timeline.ts';
import { Journal } from '../../../src/run/undo/journal.ts';
import { UndoStack } from '../../../src/run/undo/undo-stack.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { seededRandom } from '../../../src/support/random.ts';

const nodes: NodeInfo[] = ['c/1', 'c/2', 'c/3'].map((address) => ({
  address,
  cluster: 'c',
  name: address.slice(2),
  client: '',
  monitor: '',
}));
const link = { id: 'client-1', kind: 'client' as const, from: 'client', to: 'c/1' };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'held-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('a last observation during which another fault releases the node is repeated', async () => {
  /** What the world is like; measuring a link takes as long as the test says. */
  const world = { isUp: true, isSlow: false };
  let measuring: Promise<unknown> = Promise.resolve();
  const driver = {
    kind: 'process',
    processes: {
      state: () => Promise.resolve(world.isUp ? 'running' : 'down'),
      incarnation: () => Promise.resolve(world.isUp ? 'one' : null),
      kill: () => Promise.resolve((world.isUp = false)),
    },
    linkControl: {
      owners: () => ['latency#1'],
      inject: () => Promise.resolve((world.isSlow = true)),
      roundTrip: async () => {
        const answer = world.isUp ? (world.isSlow ? 40 : 0) : null;
        await measuring;
        return answer;
      },
    },
  };
  const ctx = {
    driver,
    nodes,
    links: [link],
    observer: { answers: () => Promise.resolve(world.isUp), isUp: () => Promise.resolve(world.isUp) },
    random: seededRandom(1),
    signal: new AbortController().signal,
  } as unknown as SystemContext;
  const timeline = new Timeline(systemClock, () => undefined);
  const revive = (): Promise<void> => Promise.resolve(void (world.isUp = true));
  const journal = new Journal(join(folder, 'undo.jsonl'));
  const faults = new FaultRunner(
    ctx,
    journal,
    new UndoStack(revive, timeline.now),
    timeline,
    new Injections(nodes, undefined),
    () => undefined,
  );
  const plan = (kind: string, options: object): FaultPlan =>
    ({ id: `${kind}#1`, kind, title: kind, keep: false, onConflict: 'end', options }) as FaultPlan;

  const latency = { between: ['clients', 'c/1'], direction: 'both', latency: 20, jitter: 0 };
  expect(await faults.inject(plan('latency', latency), 1, 'p')).toBe('proven');
  expect(await faults.inject(plan('kill', { nodes: 'c/1' }), 1, 'p')).toBe('proven');

  let measured = (): void => undefined;
  measuring = new Promise<void>((done) => (measured = done));
  const held = faults.confirmHeld(['latency#1']);
  expect(await faults.undo('kill#1')).toBe(true);
  measured();
  expect(await held).toBe(true);
  expect(faults.records[0]?.heldToEnd).toMatchObject({ proven: true });
  journal.close();
});
