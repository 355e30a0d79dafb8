import { describe, expect, test } from 'vitest';
import { MIRROR, STREAM, Timeline } from './history.ts';
import { check, spoiled } from './spoil.ts';

describe('identical', () => {
  test('streams that have nothing in common any more are alike in nothing', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1']);
    timeline.mayExpire.add(MIRROR);
    timeline.drop('stored', ({ stream, seq }) => (stream === STREAM ? seq === 3 : seq < 3));
    // Sequences 1 and 2 here, 3 there, and the mirror begins at 3.
    const finding = check(timeline, 'identical');
    expect(finding.verdict).not.toBe('pass');
    timeline.drop('stored', ({ stream }) => stream === MIRROR);
    expect(check(timeline, 'identical').verdict).not.toBe('pass');
  });

  test('a mirror that lacks a message', () => {
    spoiled(
      'identical',
      (timeline, seq) => {
        timeline.drop('stored', (event) => event.stream === MIRROR && event.seq === seq);
        return seq;
      },
      /^1 difference: a\/qa holds sequence \d+, which b\/qa_mirror does not hold$/,
    );
  });

  test('a mirror that is short of its last messages: the first of them is named', () => {
    spoiled(
      'identical',
      (timeline, seq) => {
        timeline.drop('stored', (event) => event.stream === MIRROR && event.seq >= seq && event.seq > 1);
        return Math.max(seq, 2);
      },
      /which b\/qa_mirror does not hold$/,
    );
  });

  test('an origin that lacks a message', () => {
    spoiled(
      'identical',
      (timeline, seq) => {
        timeline.drop('stored', (event) => event.stream === STREAM && event.seq === seq);
        return seq;
      },
      /^1 difference: b\/qa_mirror holds sequence \d+, which a\/qa does not hold$/,
    );
  });

  test.each(['digest', 'subject'] as const)('another %s', (field) => {
    spoiled(
      'identical',
      (timeline, seq) => {
        timeline.stored.find((event) => event.stream === MIRROR && event.seq === seq)![field] = 'other';
        return seq;
      },
      field === 'digest'
        ? /has other content in b\/qa_mirror than in a\/qa$/
        : /has subject qa\.[xy] in a\/qa and other in b\/qa_mirror$/,
    );
  });

  test('a replica that lacks a message, or ends elsewhere, differs from its stream', () => {
    const named = { streams: [STREAM], replicas: 'each' };
    const made = (): Timeline => {
      const timeline = new Timeline(['p1', 'p1', 'p1']);
      timeline.replicate(STREAM, ['n1', 'n2']);
      return timeline;
    };
    expect(check(made(), 'identical', named)).toMatchObject({ verdict: 'pass', counts: { compared: 6 } });
    const lacking = made();
    lacking.drop('stored', ({ stream, seq }) => stream === `${STREAM}@n2` && seq === 2);
    expect(check(lacking, 'identical', named)).toMatchObject({
      verdict: 'fail',
      counts: { missing: 1 },
      examples: [{ stream: `${STREAM}@n2`, seq: 2 }],
    });
    lacking.withholding.add(`${STREAM}@n2`);
    expect(check(lacking, 'identical', named).statement).toBe(
      `1 difference: ${STREAM} holds sequence 2, which ${STREAM}@n2 counts and does not give out`,
    );
    const shorter = made();
    shorter.drop('stored', ({ stream, seq }) => stream === `${STREAM}@n1` && seq === 3);
    expect(check(shorter, 'identical', named)).toMatchObject({
      verdict: 'fail',
      counts: { missing: 1, lastSeqDiffers: 1 },
    });
    const behind = made();
    behind.drop('stored', ({ stream }) => stream === `${STREAM}@n1`);
    behind.incomplete.add(`${STREAM}@n1`);
    expect(check(behind, 'identical', named).verdict).toBe('inconclusive');
    behind.behind[`${STREAM}@n1`] = 1;
    expect(check(behind, 'identical', named)).toMatchObject({
      verdict: 'fail',
      statement: `2 differences: ${STREAM} holds sequence 2, and ${STREAM}@n1, which its leader calls current, stays at 1`,
      counts: { leftBehind: 2 },
    });
    const unread = new Timeline(['p1', 'p1']);
    expect(check(unread, 'identical', named)).toMatchObject({
      verdict: 'inconclusive',
      statement: `no replica of ${STREAM} was read by itself`,
    });
    const alone = new Timeline(['p1', 'p1']);
    alone.replicate(STREAM, ['n1']);
    expect(check(alone, 'identical', named).verdict).toBe('inconclusive');
  });

  test('what an origin dropped by itself is no difference', () => {
    const timeline = new Timeline(['p1', 'p1', 'p1', 'p1']);
    timeline.mayExpire.add(STREAM);
    timeline.drop('stored', ({ stream, seq }) => stream === STREAM && seq <= 2);
    expect(check(timeline, 'identical').verdict).toBe('pass');
    timeline.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 4);
    expect(check(timeline, 'identical')).toMatchObject({ verdict: 'fail', examples: [{ seq: 4 }] });
  });

  test('an audit that is missing or incomplete, and empty streams, are inconclusive', () => {
    const incomplete = new Timeline(['p1', 'p1']);
    incomplete.incomplete.add(MIRROR);
    incomplete.drop('stored', ({ stream, seq }) => stream === MIRROR && seq === 2);
    expect(check(incomplete, 'identical').verdict).toBe('inconclusive');
    const empty = new Timeline(['p1']);
    empty.stored = [];
    expect(check(empty, 'identical')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'all of them are empty',
    });
  });
});
