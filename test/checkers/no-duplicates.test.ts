import { describe, expect, test } from 'vitest';
import { CONSUMER, MIRROR, Story } from './history.ts';
import { check, spoiled } from './spoil.ts';

describe('no-duplicates', () => {
  test('a message stored twice', () => {
    spoiled(
      'no-duplicates',
      (story, seq) => {
        const copy = story.stored.find((event) => event.stream === MIRROR && event.seq === seq)!;
        const last = story.publishes.length + 1;
        story.stored.push({ ...copy, seq: last });
        return last;
      },
      /^1 duplicate: b\/qa_mirror holds testrun1\/p\d\/\d+ twice, at sequences \d+ and \d+$/,
    );
  });

  test('a message delivered again after its confirmed acknowledgement', () => {
    spoiled(
      'no-duplicates',
      (story, seq) => {
        const first = story.deliveries.find((event) => event.consumer === CONSUMER && event.seq === seq)!;
        story.deliveries.push({ ...first, t: first.t + 1e6, deliveries: 2 });
        return seq;
      },
      /^1 duplicate: sequence \d+ was delivered again to c after its acknowledgement was confirmed$/,
    );
  });

  test('redeliveries before the confirmation are counted, not condemned', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    const first = story.deliveries.find((event) => event.consumer === CONSUMER && event.seq === 2)!;
    story.deliveries.push({ ...first, t: first.t + 0.5, deliveries: 2 });
    expect(check(story, 'no-duplicates')).toMatchObject({ verdict: 'pass', counts: { redelivered: 1 } });
  });

  test('foreign messages are no duplicates of one another', () => {
    const story = new Story(['p1', 'p1', 'p1']);
    for (const event of story.stored) event.id = null;
    expect(check(story, 'no-duplicates').verdict).toBe('pass');
  });

  test('nothing delivered, or a stream not read back, is inconclusive', () => {
    const silent = new Story(['p1', 'p1']);
    silent.drop('deliveries', ({ workload }) => workload === 'm');
    expect(check(silent, 'no-duplicates')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'm received nothing',
    });
    const unread = new Story(['p1', 'p1']);
    unread.incomplete.add(MIRROR);
    expect(check(unread, 'no-duplicates').verdict).toBe('inconclusive');
  });
});
