import { describe, expect, it } from 'vitest';
import { stillClaims } from '../../src/reduce/claimed.ts';
import type { Document, Pair } from '../../src/reduce/pair.ts';

const pair = (over: Document): Pair => ({
  experiment: {
    method: [
      { phase: 'storm', for: '2s', expect: [{ kind: 'server-healthy', servers: 'z', min: 1 }] },
      { phase: 'recovery', until: 'steady' },
    ],
    checks: [
      { kind: 'no-loss', published: 'a' },
      { kind: 'no-loss', published: 'b' },
      { kind: 'no-duplicates' },
    ],
    thresholds: [{ metric: 'unavailability', workload: 'a', max: '1s' }],
    steadyState: [{ kind: 'server-healthy', servers: 'z', min: 1 }],
    ...over,
  },
  environment: {},
});

const WHOLE = pair({});
const claims = (words: string, over: Document): boolean =>
  stillClaims({ id: '', words, failure: words }, WHOLE)(pair(over));

describe('an experiment can show a failure', () => {
  it.each<[string, Document]>([
    [
      'check no-loss missing',
      { checks: [{ kind: 'no-loss', published: 'b' }], thresholds: [], steadyState: [] },
    ],
    ['threshold unavailability of a', { checks: [] }],
    ['not-steady-after server-healthy z (min 1)', { checks: [], thresholds: [] }],
    ['expectation server-healthy z (min 1) in storm', { checks: [], steadyState: [] }],
    ['out-of-time recovery', { checks: [], method: [{ phase: 'recovery' }] }],
    // Whoever watches servers declares nothing.
    ['server-crash panic: boom', { checks: [], thresholds: [], steadyState: [], method: [] }],
    ['check server-assertion applied index', { checks: [], thresholds: [], steadyState: [] }],
    ['a kind that is not known', {}],
  ])('%s, as long as it makes the claim', (words, over) => {
    expect(claims(words, over)).toBe(true);
  });

  it.each<[string, Document]>([
    ['check no-loss missing', { checks: [{ kind: 'no-duplicates' }] }],
    ['check no-loss missing', { checks: undefined }],
    ['threshold unavailability of a', { thresholds: [] }],
    ['not-steady-after server-healthy z (min 1)', { steadyState: [] }],
    ['expectation server-healthy z (min 1) in storm', { method: [{ phase: 'recovery', until: 'steady' }] }],
    ['out-of-time recovery', { method: [{ phase: 'storm', for: '2s' }] }],
  ])('%s, and not without it', (words, over) => {
    expect(claims(words, over)).toBe(false);
  });
});
