import { describe, expect, it } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import type { PhaseRecord } from '../../src/history/record.ts';
import type { ActionPlan } from '../../src/plan/plan.ts';
import { PhaseActions } from '../../src/run/phase-actions.ts';
import { until } from '../../src/support/deadline.ts';
import { seededRandom } from '../../src/support/random.ts';

/** Pauses a workload of this name; `bad` cannot be paused. */
const pause = (workload: string, more: Partial<ActionPlan> = {}): ActionPlan => ({
  ...{ kind: 'pause-workload', title: `pause ${workload}`, options: { workload } },
  ...more,
});

function acting(...plans: ActionPlan[]) {
  const record: PhaseRecord = { name: 'p', outcome: 'completed', actions: [], expectations: [] };
  const controller = new AbortController();
  const paused: string[] = [];
  const context = {
    random: seededRandom(1),
    workload: (name: string) => ({
      pause: async () => {
        await Promise.resolve();
        if (name === 'bad') throw new Error('it cannot be paused');
        paused.push(name);
      },
    }),
  } as unknown as ActionContext;
  const actions = new PhaseActions(plans, record, {
    actions: context,
    amongFaults: { withNodes: (_, work) => work(), demandMayGoDown: () => undefined },
    timeline: { now: () => performance.now(), log: () => undefined },
    signal: controller.signal,
  });
  return { actions, record, paused, controller };
}

describe('the actions of a phase', () => {
  it('without a time come before the clock, the others by it, in the order of their times', async () => {
    const { actions, paused } = acting(
      pause('late', { afterMs: 20 }),
      pause('first'),
      pause('early', { afterMs: 1 }),
    );
    expect(await actions.performFirst()).toBe(true);
    expect(paused).toEqual(['first']);
    actions.start();
    await until(() => Promise.resolve(paused.length === 3), { timeoutMs: 5_000, what: 'all' });
    await actions.ended();
    expect(paused).toEqual(['first', 'early', 'late']);
    expect(actions.broken.aborted).toBe(false);
  });

  it('that fail end the phase, before the clock and by it', async () => {
    const first = acting(pause('bad'), pause('good'));
    expect(await first.actions.performFirst()).toBe(false);
    expect(first.paused).toEqual([]);
    const later = acting(pause('bad', { afterMs: 1 }), pause('good', { afterMs: 2 }));
    later.actions.start();
    await until(() => Promise.resolve(later.actions.broken.aborted), {
      timeoutMs: 5_000,
      what: 'the failure',
    });
    await later.actions.ended();
    expect(later.record.actions.map(({ ok }) => ok)).toEqual([false]);
  });

  it('that may fail are recorded, and the next ones come', async () => {
    const { actions, record } = acting(
      pause('bad', { mayFail: true }),
      pause('bad', { afterMs: 1, mayFail: true }),
      pause('good', { afterMs: 2 }),
    );
    expect(await actions.performFirst()).toBe(true);
    actions.start();
    await until(() => Promise.resolve(record.actions.length === 3), { timeoutMs: 5_000, what: 'all' });
    await actions.ended();
    expect(record.actions.map(({ ok, mayFail }) => [ok, mayFail])).toEqual([
      [false, true],
      [false, true],
      [true, undefined],
    ]);
    expect(actions.broken.aborted).toBe(false);
  });

  it('that are not due when the clock stops are recorded as such, and never begin', async () => {
    const { actions, record, paused } = acting(pause('late', { afterMs: 60_000, mayFail: true }));
    actions.start();
    await actions.ended();
    expect(paused).toEqual([]);
    expect(record.actions[0]).toMatchObject({ ok: false, mayFail: true });
    expect(record.actions[0]?.error).toContain('it was to begin after 1 m 00 s');
  });

  it('end with the method', async () => {
    const { actions, record, controller } = acting(pause('late', { afterMs: 60_000 }));
    actions.start();
    controller.abort('SIGINT');
    await actions.ended();
    expect(record.actions).toEqual([]);
  });
});
