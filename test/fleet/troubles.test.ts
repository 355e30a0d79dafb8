import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../src/fleet/state.ts';
import { slotsFor, troublesOf, type FleetSight } from '../../src/fleet/troubles.ts';
import { needs, offer } from './requests.ts';

function worker(over: Partial<WorkerState> = {}): WorkerState {
  const since = '2026-11-30T00:00:00.000Z';
  return { id: 'w1', host: 'h1', version: '1', offer: offer(), slots: 2, busy: 0, since, done: 0, ...over };
}

function sight(over: Partial<FleetSight> = {}): FleetSight {
  const waiting = [{ needs: needs(), queued: 3, example: 'partition on 2.12.3, run 1', undeliveredMs: 0 }];
  return { workers: [worker()], waiting, halt: null, ...over };
}

function told(over: Partial<FleetSight>): string {
  return troublesOf(sight(over))
    .map(({ text }) => text)
    .join('\n');
}

describe('what keeps runs from being carried out', () => {
  it('is nothing while a worker can do them, or none waits', () => {
    expect(troublesOf(sight())).toEqual([]);
    const waiting = sight().waiting.map((one) => ({ ...one, queued: 0 }));
    expect(troublesOf(sight({ waiting, workers: [] }))).toEqual([]);
  });

  it('is a halt, whatever else there is', () => {
    const halt = { by: 'ann@h', reason: 'smoke', at: '2026-11-30T01:00:00.000Z' };
    expect(told({ halt, workers: [] })).toBe(
      'the fleet is halted by ann@h since 2026-11-30T01:00:00.000Z: smoke; nothing runs until chaos resume',
    );
  });

  it('is that there is no worker, or none that stays', () => {
    expect(told({ workers: [] })).toContain('3 runs queued, and there is no worker on this queue');
    expect(told({ workers: [worker({ leaving: 'its time was up' })] })).toContain('no worker on this queue');
  });

  it('is what the worker lacks that lacks least', () => {
    const workers = [worker({ offer: offer({ drivers: {}, cores: 1 }) }), worker({ id: 'w2' })];
    const waiting = [{ ...sight().waiting[0]!, needs: needs({ driver: 'docker' }) }];
    expect(told({ workers, waiting })).toBe(
      'no worker can carry out partition on 2.12.3, run 1 and 2 more: w1 on h1 lacks the driver docker',
    );
  });

  it('is a queue that has runs and delivers none, after half a minute', () => {
    const undelivered = (undeliveredMs: number) =>
      told({ waiting: [{ ...sight().waiting[0]!, undeliveredMs }] });
    expect(undelivered(29_999)).toBe('');
    expect(undelivered(31_000)).toContain('the queue has delivered none of 3 runs for 31 s');
  });

  it('stays the same trouble while it lasts', () => {
    const ids = [31_000, 60_000].map((undeliveredMs) =>
      troublesOf(sight({ waiting: [{ ...sight().waiting[0]!, undeliveredMs }] })).map(({ id }) => id),
    );
    expect(ids[0]).toEqual(ids[1]);
  });
});

describe('slots for runs', () => {
  it('are those of the workers that can do them; one of each where nothing may run beside them', () => {
    const workers = [
      worker(),
      worker({ id: 'w2', slots: 3 }),
      worker({ id: 'w3', offer: offer({ drivers: {} }) }),
    ];
    expect(slotsFor(needs(), workers)).toBe(5);
    expect(slotsFor(needs({ alone: true }), workers)).toBe(2);
  });
});
