import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandwidth } from '../../../src/faults/links/bandwidth.ts';
import { flap } from '../../../src/faults/links/flap.ts';
import { latency } from '../../../src/faults/links/latency.ts';
import { limitData } from '../../../src/faults/links/limit-data.ts';
import { resetPeer } from '../../../src/faults/links/reset-peer.ts';
import type { Timings } from '../../../src/faults/links/shaping.ts';
import { slicer } from '../../../src/faults/links/slicer.ts';
import { slowClose } from '../../../src/faults/links/slow-close.ts';

const named = <T>(views: T[]): Record<string, T & { others: string[] }> =>
  Object.fromEntries(views.map((view, i) => [`l${i}`, { ...view, others: [] }]));
const times = (...values: (number | null)[]): Timings => named(values.map((ms) => ({ ms })));
const common = { between: ['a', 'b'] as ['a', 'b'], keep: false };

describe('latency', () => {
  const options = { ...common, kind: 'latency', latency: 20, jitter: 0, direction: 'both' } as const;
  type Trip = [trip: number | null, greeting: number | null];
  const trips = (direction: 'both' | 'out' | 'back', ...values: Trip[]) =>
    named(values.map(([tripMs, greetingMs]) => ({ tripMs, greetingMs, direction })));
  const both = (...values: (number | null)[]) => trips('both', ...values.map((trip): Trip => [trip, null]));
  const judge = (was: ReturnType<typeof both>, is: ReturnType<typeof both>) =>
    latency.inForce(was, is, options).proven;

  it('is in force when every round trip shows the delay, however busy the machine was before', () => {
    expect(judge(both(1.2, 0.8), both(41, 42))).toBe(true);
    expect(judge(both(22.2, 0.8), both(41.1, 41.9))).toBe(true);
  });
  it('is not in force when one link lacks it, or lets nothing through', () => {
    expect(judge(both(1, 1), both(41, 2))).toBe(false);
    expect(judge(both(1, 1), both(41, null))).toBe(false);
    expect(judge(both(1, 1), both(20, 20))).toBe(false);
  });
  it('is never proven by noise alone', () => {
    const noise = fc.double({ min: 0.1, max: 35, noNaN: true });
    fc.assert(fc.property(noise, noise, (was, is) => !judge(both(was), both(is))));
  });
  it('forgives a link that another fault cuts, but not all of them', () => {
    const cut = { ...both(null).l0!, others: ['partition#1'] };
    expect(judge(both(1, 1), { ...both(41), l1: cut })).toBe(true);
    expect(judge(both(1), { l0: cut })).toBe(false);
  });
  it('in one direction shows in the greeting only when it affects the direction back', () => {
    const direction = (direction: 'out' | 'back', is: Trip) =>
      latency.inForce(trips(direction, [1, 1]), trips(direction, is), { ...options, direction: 'forward' })
        .proven;
    expect(direction('out', [21, 1])).toBe(true);
    // A busy machine made it take longer, but not as long as the delay would.
    expect(direction('out', [38, 17])).toBe(true);
    expect(direction('out', [21, 21])).toBe(false);
    expect(direction('back', [21, 21])).toBe(true);
    expect(direction('back', [21, 1])).toBe(false);
    expect(direction('out', [2, 1])).toBe(false);
  });
  it('is removed when round trips are as short as before', () => {
    expect(latency.removed(both(1), both(15), options).proven).toBe(true);
    expect(latency.removed(both(1), both(41), options).proven).toBe(false);
    expect(latency.removed(both(1), both(null), options).proven).toBe(false);
  });
});

describe('bandwidth', () => {
  const options = { ...common, kind: 'bandwidth', perSecond: 100_000 } as const;
  it('is in force when what takes a quarter of a second at the rate does so', () => {
    expect(bandwidth.inForce(times(2, 3), times(251, 260), options).proven).toBe(true);
    expect(bandwidth.inForce(times(2, 3), times(251, 120), options).proven).toBe(false);
    expect(bandwidth.inForce(times(2), times(null), options).proven).toBe(false);
    expect(bandwidth.removed(times(2), times(251), options).proven).toBe(false);
    expect(bandwidth.removed(times(2), times(20), options).proven).toBe(true);
  });
  it('changes nothing where nothing passes', () => {
    expect(bandwidth.vacuous(times(null, null))).toMatch(/lets anything through/);
    expect(bandwidth.vacuous(times(null, 1))).toBeNull();
  });
});

describe('slow-close', () => {
  const options = { ...common, kind: 'slow-close', delay: 100 } as const;
  it('shows both ways: our close on its way out, theirs on its way back', () => {
    expect(slowClose.inForce(times(1), times(202), options).proven).toBe(true);
    expect(slowClose.inForce(times(1), times(101), options).proven).toBe(false);
    expect(slowClose.removed(times(1), times(101), options).proven).toBe(false);
    expect(slowClose.removed(times(1), times(3), options).proven).toBe(true);
  });
});

describe('slicer', () => {
  const seen = (...pieces: number[]) => named(pieces.map((n) => ({ pieces: n, largest: 64 })));
  const options = { ...common, kind: 'slicer', size: 64, variation: 0, pause: 5 } as const;
  it('is in force when what came in one piece comes in several, on every link', () => {
    expect(slicer.inForce(seen(1, 1), seen(5, 2), options).proven).toBe(true);
    expect(slicer.inForce(seen(1, 1), seen(5, 1), options).proven).toBe(false);
    expect(slicer.inForce(seen(1), seen(0), options).proven).toBe(false);
    expect(slicer.removed(seen(1), seen(2), options).proven).toBe(false);
    expect(slicer.removed(seen(1), seen(1), options).proven).toBe(true);
  });
  it('changes nothing where data is in pieces already, or does not pass', () => {
    expect(slicer.vacuous(seen(3))).toMatch(/in pieces even before/);
    expect(slicer.vacuous(seen(0))).toMatch(/lets anything through/);
    expect(slicer.vacuous(seen(1))).toBeNull();
  });
});

describe('limit-data', () => {
  const seen = (openBelow: boolean, openAbove: boolean) => named([{ openBelow, openAbove }]);
  const options = { ...common, kind: 'limit-data', bytes: 1024 } as const;
  it('is in force when connections end above the limit, and not below it', () => {
    const before = seen(true, true);
    expect(limitData.inForce(before, seen(true, false), options).proven).toBe(true);
    expect(limitData.inForce(before, seen(true, true), options).proven).toBe(false);
    // A link that is cut ends connections at once: that is something else.
    expect(limitData.inForce(before, seen(false, false), options).proven).toBe(false);
    expect(limitData.removed(before, seen(true, true), options).proven).toBe(true);
    expect(limitData.vacuous(seen(false, false))).toMatch(/stayed open/);
  });
});

describe('reset-peer', () => {
  const seen = (...ends: string[]) => named(ends.map((end) => ({ end })));
  const options = { ...common, kind: 'reset-peer', delay: 0 } as const;
  it('takes a reset for its proof, and nothing less', () => {
    expect(resetPeer.inForce(seen('whole'), seen('reset'), options).proven).toBe(true);
    for (const end of ['closed', 'silence', 'whole']) {
      expect(resetPeer.inForce(seen('whole'), seen(end), options).proven, end).toBe(false);
    }
    expect(resetPeer.inForce(seen('whole', 'whole'), seen('reset', 'closed'), options).proven).toBe(false);
    expect(resetPeer.removed(seen('whole'), seen('whole'), options).proven).toBe(true);
    expect(resetPeer.vacuous(seen('closed'))).not.toBeNull();
  });
});

describe('flap', () => {
  const seen = (cut: boolean, passing: boolean) => named([{ cut, passing }]);
  const options = { ...common, kind: 'flap', period: 400 } as const;
  it('is in force when a link is seen both cut and passing', () => {
    const before = seen(false, true);
    expect(flap.inForce(before, seen(true, true), options).proven).toBe(true);
    expect(flap.inForce(before, seen(true, false), options).proven).toBe(false);
    expect(flap.inForce(before, seen(false, true), options).proven).toBe(false);
    expect(flap.removed(before, seen(true, true), options).proven).toBe(false);
    expect(flap.removed(before, seen(false, true), options).proven).toBe(true);
    expect(flap.vacuous(seen(true, false))).not.toBeNull();
  });
});
