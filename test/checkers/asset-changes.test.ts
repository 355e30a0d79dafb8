import { describe, expect, it } from 'vitest';
import { CONSUMER, MIRROR, STREAM, Timeline } from './history.ts';
import { check } from './spoil.ts';

/** Six messages, the first three of which are in no stream any more and were never received. */
function halfGone(): Timeline {
  const timeline = new Timeline(['p1', 'p1', 'p1', 'p1', 'p1', 'p1']);
  const isOld = ({ seq }: { seq: number }): boolean => seq <= 3;
  timeline.drop('stored', (event) => event.stream === STREAM && isOld(event));
  timeline.drop('deliveries', (event) => event.consumer === CONSUMER && isOld(event));
  timeline.drop('acks', (event) => event.consumer === CONSUMER && isOld(event));
  return timeline;
}

const noLoss = (timeline: Timeline) => check(timeline, 'no-loss', { published: 'p1', received: ['c'] });
const identical = (timeline: Timeline) => check(timeline, 'identical', { streams: [STREAM, MIRROR] });

describe('what an action has removed', () => {
  it('is no loss, and is counted', () => {
    const timeline = halfGone();
    timeline.changes = [{ asset: STREAM, action: 'delete-stream', removedUpTo: 3 }];
    const { verdict, statement, counts } = noLoss(timeline);
    expect([verdict, statement]).toEqual([
      'pass',
      'an action removed 3 acknowledged messages; all other 3 acknowledged messages are in a/qa, delivered to and acknowledged by c',
    ]);
    expect(counts).toMatchObject({ acknowledged: 6, removed: 3, stored: 3 });
  });

  it('is a loss where no action says so, or one of another stream does', () => {
    expect(noLoss(halfGone()).verdict).toBe('fail');
    const timeline = halfGone();
    timeline.changes = [{ asset: MIRROR, action: 'delete-stream', removedUpTo: 3 }];
    expect(noLoss(timeline).statement).toMatch(/^3 missing \(at the start\) of 6 acknowledged messages/);
  });

  it('excuses none that was acknowledged without a sequence', () => {
    const timeline = halfGone();
    timeline.publishes[1]!.seq = 0;
    timeline.changes = [{ asset: STREAM, action: 'delete-stream', removedUpTo: 3 }];
    expect(noLoss(timeline)).toMatchObject({ verdict: 'fail', counts: { removed: 2 } });
  });

  it('excuses nothing above its last sequence', () => {
    const timeline = halfGone();
    timeline.changes = [{ asset: STREAM, action: 'delete-stream', removedUpTo: 2 }];
    expect(noLoss(timeline).statement).toMatch(
      /^1 missing \(at the start\) of 6 acknowledged messages: .* sequence 3 /,
    );
  });

  it('leaves nothing to judge when it is everything', () => {
    const timeline = halfGone();
    timeline.changes = [{ asset: STREAM, action: 'delete-stream', removedUpTo: 6 }];
    const { verdict, statement } = noLoss(timeline);
    expect(verdict).toBe('inconclusive');
    expect(statement).toContain('an action has removed every acknowledged message of p1');
  });

  it('is not compared with a mirror that still has it', () => {
    const timeline = halfGone();
    expect(identical(timeline).verdict).toBe('fail');
    timeline.changes = [{ asset: STREAM, action: 'delete-stream', removedUpTo: 3 }];
    expect(identical(timeline)).toMatchObject({ verdict: 'pass', counts: { compared: 3 } });
  });
});

it('limits that an action has set or lifted may have removed what is not there', () => {
  const timeline = halfGone();
  const alone = () => check(timeline, 'no-loss', { published: 'p1', received: [] });
  expect(alone().verdict).toBe('fail');
  timeline.changes = [{ asset: STREAM, action: 'update-stream', mayRemove: true }];
  expect(alone()).toMatchObject({ verdict: 'inconclusive', counts: { expired: 3 } });
});

it('what a consumer with a new filter did not get cannot be judged, and what it got can', () => {
  const timeline = new Timeline(['p1', 'p1', 'p1']);
  timeline.changes = [{ asset: CONSUMER, action: 'update-consumer', refiltered: true }];
  expect(noLoss(timeline).verdict).toBe('pass');
  timeline.drop('deliveries', ({ consumer, seq }) => consumer === CONSUMER && seq === 2);
  timeline.drop('acks', ({ consumer, seq }) => consumer === CONSUMER && seq === 2);
  timeline.ackFloor[CONSUMER] = 1;
  const { verdict, statement } = noLoss(timeline);
  expect(verdict).toBe('inconclusive');
  expect(statement).toContain('an action has changed which messages it gets');
});
