import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/plan/plan.ts';
import { PhaseFaults } from '../../../src/run/faults/phase-faults.ts';
import type { FirstOutcome } from '../../../src/run/faults/fault-runner.ts';
import { injectionId, type InjectionOutcome } from '../../../src/run/faults/injection.ts';
import { until } from '../../../src/support/deadline.ts';

const plan = (id: string, schedule: Partial<FaultPlan> = {}): FaultPlan => ({
  id,
  kind: 'kill',
  title: id,
  keep: false,
  onConflict: 'end',
  options: {},
  ...schedule,
});

/** Injects nothing, and writes down what it is asked to do. */
class Notes {
  readonly log: string[] = [];
  readonly inForce = new Map<string, FaultPlan>();
  /** Injections that are not proven, and removals that are not. */
  readonly failing = new Set<string>();
  /** Injections that meet another, first ones that wait for another, and faults that another hides. */
  readonly meeting = new Set<string>();
  readonly waiting = new Set<string>();
  readonly hidden = new Set<string>();
  readonly held = new Set<string>();
  /** What an injection waits for. */
  gate: Promise<void> = Promise.resolve();

  async injectAll(plans: readonly FaultPlan[]): Promise<Map<string, FirstOutcome>> {
    const outcomes = plans.map(async (one) => {
      if (!this.waiting.has(one.id)) return [one.id, await this.inject(one, 1)] as const;
      return [one.id, 'waiting'] as const;
    });
    return new Map(await Promise.all(outcomes));
  }

  async inject(one: FaultPlan, number: number): Promise<InjectionOutcome> {
    const id = injectionId(one, number);
    if (this.meeting.has(id)) {
      this.log.push(`skip ${id}`);
      return 'skipped';
    }
    this.log.push(`inject ${id}`);
    await this.gate;
    this.inForce.set(id, one);
    return this.failing.has(id) ? 'unproven' : 'proven';
  }

  confirmHeld(ids: readonly string[]): Promise<boolean> {
    const hidden = ids.filter((id) => this.hidden.has(id));
    const held = ids.filter((id) => !this.hidden.has(id) && !this.held.has(id));
    for (const id of held) this.held.add(id);
    if (held.length > 0) this.log.push(`held ${held.join(' ')}`);
    return Promise.resolve(hidden.length === 0);
  }

  undo(id: string): Promise<boolean> {
    this.log.push(`undo ${id}`);
    this.inForce.delete(id);
    return Promise.resolve(!this.failing.has(`undo ${id}`));
  }

  activeIn(): { id: string; keep: boolean }[] {
    return [...this.inForce].map(([id, { keep }]) => ({ id, keep }));
  }

  neverDue({ id }: FaultPlan, _phase: string, why: string): void {
    this.log.push(`never ${id}: ${why}`);
  }

  has(line: string): Promise<void> {
    return until(() => Promise.resolve(this.log.includes(line)), {
      timeoutMs: 10_000,
      everyMs: 1,
      what: line,
    }).then(() => undefined);
  }
}

function phaseOf(plans: FaultPlan[], signal = new AbortController().signal) {
  const notes = new Notes();
  const timeline = { now: () => performance.now(), log: () => undefined };
  return { notes, faults: new PhaseFaults(plans, 'p', { faults: notes, timeline, signal }) };
}

describe('the faults of a phase', () => {
  it('are injected before its clock starts, unless they say when, and go at its end, the last first', async () => {
    const { notes, faults } = phaseOf([plan('a'), plan('b', { afterMs: 1 }), plan('c', { keep: true })]);
    expect(await faults.injectFirst()).toBe(true);
    expect(notes.log).toEqual(['inject a', 'inject c']);
    faults.start();
    await notes.has('inject b');
    await faults.end();
    await faults.confirmHeld();
    await faults.undo();
    faults.recordNeverDue();
    expect(notes.log.slice(3)).toEqual(['held a c b', 'undo b', 'undo a']);
  });

  it('are injected again and again, each proven to have held and gone before the next, until the phase is over', async () => {
    const { notes, faults } = phaseOf([plan('a', { forMs: 1, everyMs: 2 })]);
    await faults.injectFirst();
    faults.start();
    await notes.has('inject a.3');
    await faults.end();
    const { length } = notes.log;
    expect(notes.log.slice(0, 7)).toEqual([
      'inject a',
      'held a',
      'undo a',
      'inject a.2',
      'held a.2',
      'undo a.2',
      'inject a.3',
    ]);
    await new Promise((done) => setTimeout(done, 20));
    expect(notes.log).toHaveLength(length);
  });

  it('are waited for when the phase ends while they are injected, and then undone', async () => {
    let open: () => void = () => undefined;
    const { notes, faults } = phaseOf([plan('a', { afterMs: 0, forMs: 60_000 })]);
    notes.gate = new Promise((done) => (open = done));
    faults.start();
    await notes.has('inject a');
    let ended = false;
    const end = faults.end().then(() => (ended = true));
    await new Promise((done) => setImmediate(done));
    expect(ended).toBe(false);
    open();
    await end;
    await faults.undo();
    expect(notes.log).toEqual(['inject a', 'held a', 'undo a']);
    faults.recordNeverDue();
    expect(notes.log).toHaveLength(3);
  });

  it.each([
    ['inject', 'a.2', { afterMs: 0, forMs: 1, everyMs: 2 }],
    ['removal', 'undo a', { afterMs: 0, forMs: 1 }],
  ])('break the phase when a %s is not proven', async (_what, failing, schedule) => {
    const { notes, faults } = phaseOf([plan('a', schedule)]);
    notes.failing.add(failing);
    faults.start();
    await until(() => Promise.resolve(faults.broken.aborted), {
      timeoutMs: 10_000,
      what: 'the phase to break',
    });
    await faults.end();
    expect(notes.log.at(-1)).toBe(failing.startsWith('undo') ? failing : `inject ${failing}`);
  });

  it('that are skipped are due again with their period, and break nothing; once is once', async () => {
    const { notes, faults } = phaseOf([
      plan('a', { forMs: 1, everyMs: 2 }),
      plan('b', { afterMs: 0 }),
      plan('c', { forMs: 1 }),
    ]);
    for (const id of ['a', 'a.2', 'a.4', 'b', 'c']) notes.meeting.add(id);
    expect(await faults.injectFirst()).toBe(true);
    faults.start();
    await notes.has('inject a.5');
    await faults.end();
    faults.recordNeverDue();
    expect(faults.broken.aborted).toBe(false);
    expect(notes.log.filter((line) => line.endsWith(' b') || line.endsWith(' c'))).toEqual([
      'skip c',
      'skip b',
    ]);
    expect(notes.log.filter((line) => / a(\.\d)?$/.test(line)).slice(0, 7)).toEqual([
      'skip a',
      'skip a.2',
      'inject a.3',
      'held a.3',
      'undo a.3',
      'skip a.4',
      'inject a.5',
    ]);
  });

  it('that wait for another before the clock starts are injected by the clock', async () => {
    const { notes, faults } = phaseOf([plan('a'), plan('b', { forMs: 1 })]);
    notes.waiting.add('b');
    expect(await faults.injectFirst()).toBe(true);
    expect(notes.log).toEqual(['inject a']);
    faults.start();
    await notes.has('undo b');
    await faults.end();
    expect(notes.log).toEqual(['inject a', 'inject b', 'held b', 'undo b']);
  });

  it('stay until their end can be seen, and at the end of the phase go all the same', async () => {
    const { notes, faults } = phaseOf([plan('a', { forMs: 1 }), plan('b', { forMs: 1 })]);
    for (const id of ['a', 'b']) notes.hidden.add(id);
    await faults.injectFirst();
    faults.start();
    notes.hidden.delete('a');
    await notes.has('undo a');
    await faults.end();
    await faults.confirmHeld();
    expect(notes.log).not.toContain('held b');
    notes.hidden.delete('b');
    await faults.undo();
    expect(notes.log.slice(-4)).toEqual(['held a', 'undo a', 'held b', 'undo b']);
  });

  it('that were never due are named, and only those', async () => {
    const { notes, faults } = phaseOf([plan('a', { afterMs: 0 }), plan('b', { afterMs: 60_000 })]);
    faults.start();
    await notes.has('inject a');
    await faults.end();
    faults.recordNeverDue();
    expect(notes.log.slice(1)).toEqual([
      expect.stringMatching(/^never b: it was to be injected after 1 m 00 s, and the phase lasted /),
    ]);
  });

  it('are injected no more once the run is interrupted, without a complaint', async () => {
    const interrupt = new AbortController();
    const { notes, faults } = phaseOf([plan('a', { afterMs: 60_000 })], interrupt.signal);
    faults.start();
    interrupt.abort('SIGINT');
    await faults.end();
    expect([notes.log, faults.broken.aborted]).toEqual([[], false]);
  });
});
