import { describe, expect, it } from 'vitest';
import { packetLoss, type LossObservation } from '../../../src/faults/links/packet-loss.ts';

type View = LossObservation[string];

const options = {
  kind: 'packet-loss',
  between: ['a', 'b'] as ['a', 'b'],
  share: 0.1,
  direction: 'both',
  keep: false,
} as const;
const free: View = { out: null, back: null, direction: 'both', tripMs: 1, others: [] };
const losing: View = { ...free, out: { seen: 70, dropped: 8 }, back: { seen: 61, dropped: 6 }, tripMs: null };
const named = (views: View[]): LossObservation => Object.fromEntries(views.map((view, i) => [`l${i}`, view]));
const inForce = (...now: View[]) => packetLoss.inForce(named(now.map(() => free)), named(now), options);
const removed = (...now: View[]) => packetLoss.removed(named(now.map(() => free)), named(now), options);

describe('packet-loss', () => {
  it('is in force when the kernel has dropped packets in each direction of each link', () => {
    expect(inForce(losing, losing)).toEqual({
      proven: true,
      statement:
        'the kernel has dropped 28 of 262 packets (10.7%), some on each of 2 of 2 links both ways; connections of the runner were among them',
    });
    for (const one of [
      free,
      { ...losing, back: { seen: 61, dropped: 0 } },
      { ...losing, out: { seen: 0, dropped: 0 } },
      { ...losing, out: { seen: 0, dropped: 8 } },
      { ...losing, back: null },
    ])
      expect(inForce(losing, one).proven, JSON.stringify(one)).toBe(false);
  });

  it('is not in force where nothing passes', () => {
    expect(packetLoss.inForce({}, {}, options).proven).toBe(false);
    expect(packetLoss.inForce({ l: { ...free, tripMs: null } }, { l: losing }, options).proven).toBe(false);
  });

  it('of one way asks nothing of the other', () => {
    expect(inForce({ ...losing, direction: 'out', back: null }).proven).toBe(true);
    expect(inForce({ ...losing, direction: 'back', out: null }).proven).toBe(true);
    expect(inForce({ ...losing, direction: 'out', out: null }).proven).toBe(false);
    expect(inForce({ ...losing, direction: 'back', back: null }).proven).toBe(false);
  });

  it('forgives a link that another fault cuts, but not all of them', () => {
    const cut = { ...losing, out: { seen: 0, dropped: 0 }, back: { seen: 0, dropped: 0 }, others: ['cut'] };
    expect(inForce(losing, cut).proven).toBe(true);
    expect(inForce(cut).proven).toBe(false);
    expect(removed(free, { ...free, tripMs: null, others: ['cut'] }).proven).toBe(true);
    expect(removed({ ...free, tripMs: null, others: ['cut'] }).proven).toBe(false);
  });

  it('is gone when the kernel has no rule of it, and every link lets a round trip through', () => {
    expect(removed(free, free)).toEqual({
      proven: true,
      statement: 'none of its rules is left in the kernel; 2 of 2 links let a round trip through',
    });
    expect(removed(free, { ...free, tripMs: null }).proven).toBe(false);
    expect(removed(free, { ...free, out: { seen: 0, dropped: 0 } })).toEqual({
      proven: false,
      statement: 'the kernel still has its rules on 1 links; 2 of 2 links let a round trip through',
    });
  });

  it('changes nothing where nothing gets through anyway', () => {
    expect(packetLoss.vacuous({ l: free })).toBeNull();
    expect(packetLoss.vacuous({ l: { ...free, tripMs: null } })).toBe(
      'no link between the two sides lets anything through',
    );
  });

  it('says how much and where', () => {
    expect(packetLoss.title({ ...options, share: 0.025, direction: 'forward' })).toBe(
      'loss of 2.5% of packets between a and b, forward only',
    );
  });
});
