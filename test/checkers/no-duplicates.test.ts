import { describe, expect, test } from 'vitest';
import { CONSUMER, MIRROR, STREAM, Timeline } from './history.ts';
import { check, spoiled } from './spoil.ts';

describe('no-duplicates', () => {
  test('a message stored twice', () => {
    spoiled(
      'no-duplicates',
      (timeline, seq) => {
        const copy = timeline.stored.find((event) => event.stream === MIRROR && event.seq === seq)!;
        const last = timeline.publishes.length + 1;
        timeline.stored.push({ ...copy, seq: last });
        return last;
      },
      /^1 duplicate: b\/qa_mirror holds testrun1\/p\d\/\d+ twice, at sequences \d+ and \d+$/,
    );
  });

  test('a message delivered again after its confirmed acknowledgement', () => {
    spoiled(
      'no-duplicates',
      (timeline, seq) => {
        const first = timeline.deliveries.find((event) => event.consumer === CONSUMER && event.seq === seq)!;
        timeline.deliveries.push({ ...first, t: first.t + 1e6, deliveries: 2 });
        return seq;
      },
      /^1 duplicate: sequence \d+ was delivered again to c after its acknowledgement was confirmed$/,
    );
  });

  test('redeliveries before the confirmation are counted, not condemned', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    const first = timeline.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 2)!;
    timeline.deliveries.push({ ...first, t: first.t + 0.5, deliveries: 2 });
    expect(check(timeline, 'no-duplicates')).toMatchObject({ verdict: 'pass', counts: { redelivered: 1 } });
  });

  test('without a reader what is stored is judged, in the streams that are published to and those named', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    const options = { received: [], streams: [MIRROR] };
    expect(check(timeline, 'no-duplicates', options)).toMatchObject({
      verdict: 'pass',
      subject: `${STREAM}, ${MIRROR}`,
      statement: 'none of 6 stored messages is there twice',
    });
    timeline.stored.push({ ...timeline.stored[1]!, seq: 4 });
    expect(check(timeline, 'no-duplicates', options)).toMatchObject({
      verdict: 'fail',
      counts: { storedTwice: 1 },
    });
    expect(check(timeline, 'no-duplicates', { received: [] }).verdict).toBe('pass');
  });

  test('without a reader nothing stored is inconclusive, and so are messages of others alone', () => {
    const none = new Timeline([]);
    const options = { received: [] };
    expect(check(none, 'no-duplicates', options)).toMatchObject({
      verdict: 'inconclusive',
      statement: 'no message of this run is stored in a/qa',
    });
    const foreign = new Timeline(['p1', 'p1']);
    for (const event of foreign.stored) event.id = null;
    expect(check(foreign, 'no-duplicates', options).verdict).toBe('inconclusive');
    foreign.stored.find(({ stream }) => stream === STREAM)!.id = 'testrun1/p1/1';
    expect(check(foreign, 'no-duplicates', options)).toMatchObject({
      verdict: 'pass',
      statement: 'none of 2 stored messages is there twice (1 of them of others, and not judged)',
    });
  });

  test('foreign messages are no duplicates of one another', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    for (const event of timeline.stored) event.id = null;
    expect(check(timeline, 'no-duplicates').verdict).toBe('pass');
  });

  test('nothing delivered, or a stream not read back, is inconclusive', () => {
    const silent = new Timeline(['p1', 'p1']);
    silent.drop('deliveries', ({ workload }) => workload === 'm');
    expect(check(silent, 'no-duplicates')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'm received nothing',
    });
    const unread = new Timeline(['p1', 'p1']);
    unread.incomplete.add(MIRROR);
    expect(check(unread, 'no-duplicates').verdict).toBe('inconclusive');
  });
});
