import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/history/record.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { whyNotAgain } from '../../../src/run/readings/serve-again.ts';
import { cleanRun } from '../../verdict/clean-run.ts';

const planOf = (...kinds: string[]): Plan =>
  ({ phases: [{ name: 'fault', actions: kinds.map((kind) => ({ kind })) }] }) as unknown as Plan;

const why = (change: (record: RunRecord) => void, plan = planOf()): string | null => {
  const { record } = cleanRun();
  change(record);
  return whyNotAgain(plan, record);
};

describe('servers may serve another run', () => {
  it('after a clean one whose faults and actions leave nothing behind', () => {
    expect(why(() => undefined)).toBeNull();
    expect(why(() => undefined, planOf('step-down', 'scale-replicas', 'restart'))).toBeNull();
  });

  it('after faults on processes, and not after those on disks, time or configuration', () => {
    const with_ = (kind: string) => why((record) => (record.faults[0]!.kind = kind));
    for (const kind of ['kill', 'pause', 'isolate', 'latency', 'lame-duck']) expect(with_(kind)).toBeNull();
    for (const kind of [
      'bit-flip',
      'power-failure',
      'fill-disk',
      'reload',
      'packet-loss',
      'cpu-limit',
      'unheard-of',
    ])
      expect(with_(kind)).toContain(kind);
  });

  it('not after actions that change servers', () => {
    for (const kind of ['upgrade', 'wipe-node', 'remove-node', 'rollback-storage'])
      expect(why(() => undefined, planOf('step-down', kind))).toContain(kind);
  });

  it.each<[string, (record: RunRecord) => void]>([
    ['an interrupt', (record) => (record.interrupted = 'SIGINT')],
    ['an error', (record) => (record.error = { message: 'no', code: 'failed' })],
    ['something left', (record) => record.unclean.push('a proxy')],
    ['a bypass', (record) => record.guard.bypasses.push({ t: 1, text: 'a to b' })],
    ['a lost drain', (record) => delete record.drain],
    ['a crash', (record) => (record.crashes = [{} as NonNullable<RunRecord['crashes']>[number]])],
    ['an unmet steady state', (record) => (record.steadyStateAfter[0]!.outcome = 'unmet' as never)],
    ['a phase cut short', (record) => (record.phases[0]!.outcome = 'timed-out')],
    ['a removal that is not proven', (record) => delete record.faults[0]!.removed],
    ['an undo that failed', (record) => (record.faults[0]!.undo[0]!.ok = false)],
  ])('not after %s', (_, change) => {
    expect(why(change)).not.toBeNull();
  });
});
