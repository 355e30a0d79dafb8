import { describe, expect, test } from 'vitest';
import { MIRROR, STREAM, Story } from './history.ts';
import { check, spoiled } from './spoil.ts';

describe('identical', () => {
  test('a mirror that lacks a message', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === MIRROR && event.seq === seq);
        return seq;
      },
      /^1 difference: a\/qa holds sequence \d+, which b\/qa_mirror does not hold$/,
    );
  });

  test('a mirror that is short of its last messages: the first of them is named', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === MIRROR && event.seq >= seq && event.seq > 1);
        return Math.max(seq, 2);
      },
      /which b\/qa_mirror does not hold$/,
    );
  });

  test('an origin that lacks a message', () => {
    spoiled(
      'identical',
      (story, seq) => {
        story.drop('stored', (event) => event.stream === STREAM && event.seq === seq);
        return seq;
      },
      /^1 difference: b\/qa_mirror holds sequence \d+, which a\/qa does not hold$/,
    );
  });

  test.each(['digest', 'subject'] as const)('another %s', (field) => {
    spoiled(
      'identical',
      (story, seq) => {
        story.stored.find((event) => event.stream === MIRROR && event.seq === seq)![field] = 'other';
        return seq;
      },
      field === 'digest'
        ? /has other content in b\/qa_mirror than in a\/qa$/
        : /has subject qa\.x in a\/qa and other in b\/qa_mirror$/,
    );
  });

  test('what an origin dropped by itself is no difference', () => {
    const story = new Story(['p1', 'p1', 'p1', 'p1']);
    story.mayExpire.add(STREAM);
    story.drop('stored', ({ stream, seq }) => stream === STREAM && seq <= 2);
    expect(check(story, 'identical').verdict).toBe('pass');
    story.drop('stored', ({ stream, seq }) => stream === STREAM && seq === 4);
    expect(check(story, 'identical')).toMatchObject({ verdict: 'fail', examples: [{ seq: 4 }] });
  });

  test('an audit that is missing or incomplete, and empty streams, are inconclusive', () => {
    const incomplete = new Story(['p1', 'p1']);
    incomplete.incomplete.add(MIRROR);
    incomplete.drop('stored', ({ stream, seq }) => stream === MIRROR && seq === 2);
    expect(check(incomplete, 'identical').verdict).toBe('inconclusive');
    const empty = new Story(['p1']);
    empty.stored = [];
    expect(check(empty, 'identical')).toMatchObject({
      verdict: 'inconclusive',
      statement: 'all of them are empty',
    });
  });
});
