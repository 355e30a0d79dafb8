import { describe, expect, it } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import type { PhaseRecord } from '../../src/history/record.ts';
import type { ActionPlan } from '../../src/plan/plan.ts';
import { PhaseActions } from '../../src/run/phase-actions.ts';
import { until } from '../../src/support/deadline.ts';
import { seededRandom } from '../../src/support/random.ts';

/** Pauses a workload of this name; `bad` cannot be paused, and `slow…` only once it is let. */
const pause = (workload: string, more: Partial<ActionPlan> = {}): ActionPlan => ({
  ...{ kind: 'pause-workload', title: `pause ${workload}`, options: { workload }, touches: ['c'] },
  ...more,
});

function acting(...plans: ActionPlan[]) {
  const record: PhaseRecord = { name: 'p', outcome: 'completed', actions: [], expectations: [] };
  const controller = new AbortController();
  const paused: string[] = [];
  const begun: string[] = [];
  let letSlow = (): void => undefined;
  const slow = new Promise<void>((resolve) => (letSlow = resolve));
  const context = {
    random: seededRandom(1),
    workload: (name: string) => ({
      pause: async () => {
        begun.push(name);
        await (name.startsWith('slow') ? slow : Promise.resolve());
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
  return { actions, record, paused, begun, controller, letSlow: () => letSlow() };
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

  it('wait for those before them that touch the same, and say how long; others go on beside them', async () => {
    const { actions, record, paused, begun, letSlow } = acting(
      pause('slow', { afterMs: 1, touches: ['c', 'd'] }),
      pause('waits', { afterMs: 2 }),
      pause('waits too', { afterMs: 3 }),
      pause('beside', { afterMs: 4, touches: ['e'] }),
    );
    actions.start();
    await until(() => Promise.resolve(paused.includes('beside')), { timeoutMs: 5_000, what: 'the other' });
    expect(begun).toEqual(['slow', 'beside']);
    letSlow();
    expect(await actions.allOver(new AbortController().signal)).toBe(true);
    expect(paused).toEqual(['beside', 'slow', 'waits', 'waits too']);
    await actions.ended();
    // In the order in which they began, with their times.
    expect(record.actions.map(({ title, ok, waitedMs }) => [title, ok, waitedMs !== undefined])).toEqual([
      ['pause slow', true, false],
      ['pause beside', true, false],
      ['pause waits', true, true],
      ['pause waits too', true, true],
    ]);
    const times = record.actions.map(({ t }) => t);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(record.actions.every(({ t, endedAt }) => endedAt !== undefined && endedAt >= t)).toBe(true);
  });

  it('wait for all others where it is not known what they touch', async () => {
    const { actions, begun, letSlow } = acting(
      pause('slow', { afterMs: 1, touches: ['e'] }),
      { kind: 'pause-workload', title: 'pause all', options: { workload: 'all' }, afterMs: 2 },
      pause('last', { afterMs: 3, touches: ['f'] }),
    );
    actions.start();
    await until(() => Promise.resolve(begun.length > 0), { timeoutMs: 5_000, what: 'the first' });
    letSlow();
    expect(await actions.allOver(new AbortController().signal)).toBe(true);
    expect(begun).toEqual(['slow', 'all', 'last']);
  });

  it('that still wait for another when the clock stops never begin, and name it', async () => {
    const { actions, record, begun, letSlow } = acting(
      pause('slow', { afterMs: 1 }),
      pause('waits', { afterMs: 2, mayFail: true }),
    );
    actions.start();
    await until(() => Promise.resolve(begun.length > 0), { timeoutMs: 5_000, what: 'the first' });
    // The second is due as well by then.
    const late = new AbortController();
    setTimeout(() => late.abort(), 50);
    expect(await actions.allOver(late.signal)).toBe(false);
    actions.stop();
    await until(() => Promise.resolve(record.actions.length > 0), { timeoutMs: 5_000, what: 'the second' });
    expect(record.actions[0]?.error).toBe(
      'it was to begin after 2 ms, and the phase ended while "pause slow" was still going on',
    );
    letSlow();
    await actions.ended();
    expect(begun).toEqual(['slow']);
    expect(record.actions.map(({ title, ok }) => [title, ok])).toEqual([
      ['pause slow', true],
      ['pause waits', false],
    ]);
    expect(actions.broken.aborted).toBe(false);
  });

  it('do not begin once another has failed that must not, beside which they go', async () => {
    const { actions, record, begun, letSlow } = acting(
      pause('slow', { afterMs: 1, touches: ['e'] }),
      pause('waits', { afterMs: 2, touches: ['e'] }),
      pause('bad', { afterMs: 3 }),
    );
    actions.start();
    await until(() => Promise.resolve(actions.broken.aborted), { timeoutMs: 5_000, what: 'the failure' });
    letSlow();
    await actions.ended();
    expect(begun).toEqual(['slow', 'bad']);
    expect(record.actions.map(({ title, ok }) => [title, ok])).toEqual([
      ['pause slow', true],
      ['pause bad', false],
    ]);
  });

  it('end with the method', async () => {
    const { actions, record, controller } = acting(pause('late', { afterMs: 60_000 }));
    actions.start();
    controller.abort('SIGINT');
    await actions.ended();
    expect(record.actions).toEqual([]);
  });
});
