import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../src/plan/plan.ts';
import { PhaseFaults } from '../../src/run/phase-faults.ts';
import { strikeId } from '../../src/run/strike.ts';
import { until } from '../../src/support/deadline.ts';

const plan = (id: string, schedule: Partial<FaultPlan> = {}): FaultPlan => ({
  id,
  kind: 'kill',
  title: id,
  keep: false,
  options: {},
  ...schedule,
});

/** Strikes nothing, and writes down what it is told to do. */
class Notes {
  readonly log: string[] = [];
  readonly inForce = new Map<string, FaultPlan>();
  /** Strikes that are not proven, and removals that are not. */
  readonly failing = new Set<string>();
  /** What a strike waits for. */
  gate: Promise<void> = Promise.resolve();

  async strikeAll(plans: readonly FaultPlan[]): Promise<boolean> {
    const outcomes = await Promise.all(plans.map((one) => this.strike(one, 1)));
    return !outcomes.includes(false);
  }

  async strike(one: FaultPlan, number: number): Promise<boolean> {
    const id = strikeId(one, number);
    this.log.push(`strike ${id}`);
    await this.gate;
    this.inForce.set(id, one);
    return !this.failing.has(id);
  }

  confirmHeld(ids: readonly string[]): Promise<void> {
    this.log.push(`held ${ids.join(' ')}`);
    return Promise.resolve();
  }

  undo(id: string): Promise<boolean> {
    this.log.push(`undo ${id}`);
    this.inForce.delete(id);
    return Promise.resolve(!this.failing.has(`undo ${id}`));
  }

  struckIn(): { id: string; keep: boolean }[] {
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
  const story = { now: () => performance.now(), tell: () => undefined };
  return { notes, faults: new PhaseFaults(plans, 'p', { faults: notes, story, signal }) };
}

describe('the faults of a phase', () => {
  it('strike before its clock starts, unless they say when, and go at its end, the last first', async () => {
    const { notes, faults } = phaseOf([plan('a'), plan('b', { afterMs: 1 }), plan('c', { keep: true })]);
    expect(await faults.strikeFirst()).toBe(true);
    expect(notes.log).toEqual(['strike a', 'strike c']);
    faults.start();
    await notes.has('strike b');
    await faults.end();
    await faults.confirmHeld();
    await faults.undo();
    faults.recordNeverDue();
    expect(notes.log.slice(3)).toEqual(['held a c b', 'undo b', 'undo a']);
  });

  it('strike again and again, each proven to have held and gone before the next, until the phase is over', async () => {
    const { notes, faults } = phaseOf([plan('a', { forMs: 1, everyMs: 2 })]);
    await faults.strikeFirst();
    faults.start();
    await notes.has('strike a.3');
    await faults.end();
    const { length } = notes.log;
    expect(notes.log.slice(0, 7)).toEqual([
      'strike a',
      'held a',
      'undo a',
      'strike a.2',
      'held a.2',
      'undo a.2',
      'strike a.3',
    ]);
    await new Promise((done) => setTimeout(done, 20));
    expect(notes.log).toHaveLength(length);
  });

  it('are waited for when the phase ends while they strike, and then undone', async () => {
    let open: () => void = () => undefined;
    const { notes, faults } = phaseOf([plan('a', { afterMs: 0, forMs: 60_000 })]);
    notes.gate = new Promise((done) => (open = done));
    faults.start();
    await notes.has('strike a');
    let ended = false;
    const end = faults.end().then(() => (ended = true));
    await new Promise((done) => setImmediate(done));
    expect(ended).toBe(false);
    open();
    await end;
    await faults.undo();
    expect(notes.log).toEqual(['strike a', 'undo a']);
    faults.recordNeverDue();
    expect(notes.log).toHaveLength(2);
  });

  it.each([
    ['strike', 'a.2', { afterMs: 0, forMs: 1, everyMs: 2 }],
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
    expect(notes.log.at(-1)).toBe(failing.startsWith('undo') ? failing : `strike ${failing}`);
  });

  it('that were never due are named, and only those', async () => {
    const { notes, faults } = phaseOf([plan('a', { afterMs: 0 }), plan('b', { afterMs: 60_000 })]);
    faults.start();
    await notes.has('strike a');
    await faults.end();
    faults.recordNeverDue();
    expect(notes.log.slice(1)).toEqual([
      expect.stringMatching(/^never b: it was to strike after 1 m 00 s, and the phase lasted /),
    ]);
  });

  it('strike no more once the run is interrupted, without a complaint', async () => {
    const interrupt = new AbortController();
    const { notes, faults } = phaseOf([plan('a', { afterMs: 60_000 })], interrupt.signal);
    faults.start();
    interrupt.abort('SIGINT');
    await faults.end();
    expect([notes.log, faults.broken.aborted]).toEqual([[], false]);
  });
});
