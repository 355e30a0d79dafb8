import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Stillness, type Moment } from '../../../src/nats/audit/caught-up.ts';

const BEHIND: Moment = { leader: 'n2', lastSeq: 591, isCurrent: true, own: 236 };

/** One each second. @returns after how many of them it was still for long enough */
function stillAfter(...moments: (Moment | null)[]): number | undefined {
  const stillness = new Stillness();
  const at = moments.findIndex((moment, second) => stillness.add(second * 1_000, moment));
  return at < 0 ? undefined : at;
}

const many = (count: number, moment: Moment | null): (Moment | null)[] =>
  Array.from({ length: count }, () => moment);

it('a replica stays behind once nothing has changed for 45 s', () => {
  expect(stillAfter(...many(45, BEHIND))).toBeUndefined();
  expect(stillAfter(...many(46, BEHIND))).toBe(45);
});

it.each<[string, Moment | null]>([
  ['it has come nearer', { ...BEHIND, own: 237 }],
  ['another one leads', { ...BEHIND, leader: 'n3' }],
  ['the stream has grown', { ...BEHIND, lastSeq: 592 }],
  ['its leader does not call it current', { ...BEHIND, isCurrent: false }],
  ['it has caught up', { ...BEHIND, own: 591 }],
  ['somebody does not answer', null],
])('not while %s', (_, other) => {
  expect(stillAfter(...many(44, BEHIND), other, ...many(45, BEHIND))).toBeUndefined();
  expect(stillAfter(...many(44, BEHIND), other, ...many(46, BEHIND))).toBe(90);
});

it('never of a replica that has everything, or that no leader calls current', () => {
  const moment = fc
    .record({
      leader: fc.constantFrom('n1', 'n2'),
      lastSeq: fc.nat(9),
      isCurrent: fc.boolean(),
      own: fc.nat(9),
    })
    .filter(({ isCurrent, own, lastSeq }) => !isCurrent || own >= lastSeq);
  fc.assert(
    fc.property(fc.array(fc.option(moment), { maxLength: 120 }), (moments) => {
      expect(stillAfter(...moments)).toBeUndefined();
    }),
  );
});
