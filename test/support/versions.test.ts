import { expect, test } from 'vitest';
import {
  compareVersions,
  highest,
  inSeries,
  isPrerelease,
  parseSeries,
  parseVersion,
} from '../../src/support/versions.ts';

test.each([
  ['2.12.3', '2.12.3'],
  ['v2.12.3', '2.12.3'],
  [' v2.15.0-RC.1\n', '2.15.0-RC.1'],
  ['2.12', undefined],
  ['2.12.3.4', undefined],
  ['02.1.1', undefined],
  ['2.12.x', undefined],
  ['git', undefined],
  ['', undefined],
])('parseVersion(%j) is %j', (text, version) => {
  expect(parseVersion(text)).toBe(version);
});

test.each([
  ['2', '2'],
  ['v2.10', '2.10'],
  ['2.10.1', undefined],
  ['2.', undefined],
  ['latest', undefined],
])('parseSeries(%j) is %j', (text, series) => {
  expect(parseSeries(text)).toBe(series);
});

test('versions sort by number, and a pre-release before its release', () => {
  const sorted = [
    '1.99.99',
    '2.2.0',
    '2.10.9',
    '2.10.29',
    '2.15.0-RC.1',
    '2.15.0-RC.2',
    '2.15.0-RC.10',
    '2.15.0-preview',
    '2.15.0-preview.1',
    '2.15.0',
    '2.15.1',
  ];
  for (const [i, a] of sorted.entries()) {
    for (const [j, b] of sorted.entries())
      expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(i - j));
  }
  expect(highest([...sorted].reverse())).toBe('2.15.1');
  expect(highest([])).toBeUndefined();
});

test('a series holds its released versions, and not those of a longer number', () => {
  expect(inSeries('2.10.29', '2.10')).toBe(true);
  expect(inSeries('2.10.29', '2')).toBe(true);
  expect(inSeries('2.10.29', '2.1')).toBe(false);
  expect(inSeries('20.1.0', '2')).toBe(false);
  expect(inSeries('2.10.29-RC.1', '2.10')).toBe(false);
  expect(isPrerelease('2.10.29-RC.1')).toBe(true);
});
