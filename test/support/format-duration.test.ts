import { expect, it } from 'vitest';
import { formatDuration } from '../../src/support/units.ts';

it.each([
  [0.25, '0.3 ms'],
  [850, '850 ms'],
  [5_000, '5 s'],
  [12_340, '12.3 s'],
  [125_000, '2 m 05 s'],
  [3_599_400, '59 m 59 s'],
  [3_599_600, '1 h 00 m'],
  [11_230_000, '3 h 07 m'],
  [100 * 3_600_000, '100 h 00 m'],
])('%d ms are %s for people', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
