import { expect, it } from 'vitest';
import { reasonOf } from '../../src/explore/reason.ts';

const reason = (text: string, source = 'check identical') => ({
  source,
  text,
  verdict: 'inconclusive' as const,
});

it.each([
  [
    'identical on z/s, each replica: stream z/s@n1 was not read back to its end: n1 to lead s: not within 60 s; no more',
    'identical on z/s, each replica: stream z/s was not read back to its end',
  ],
  [
    'no-loss on publish → consume: 599 messages outstanding for consumers (z/s/c: nobody says (z/s/c: busy): x) that wait',
    'no-loss on publish → consume: # messages outstanding for consumers that wait',
  ],
  [
    'Fault truncate#1 (truncate of index of z/s) would change nothing: it could not be injected: z/n3 has none',
    'Fault truncate would change nothing: it could not be injected',
  ],
  ['not done within 5 m', 'not done within 5 m'],
  ['unbalanced (of the servers', 'unbalanced (of the servers'],
])('counts %s as %s', (text, counted) => {
  expect(reasonOf({ reasons: [reason(text)], headline: '' })).toBe(counted);
  expect(reasonOf({ reasons: [], headline: text })).toBe(counted);
});

it('has the fault that was not what it should have been first', () => {
  const reasons = [reason('identical: not read'), reason('Fault pause was not proven', 'fault pause')];
  expect(reasonOf({ reasons, headline: '' })).toBe('Fault pause was not proven');
});
