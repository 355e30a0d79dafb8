import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inRange, isEmptyRange, rangesOverlap, parseRange } from '../../src/support/version-range.ts';

const range = (text: string) => {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`${text} is no range`);
  return parsed;
};

describe('a range of versions', () => {
  it.each<[string, string[], string[]]>([
    ['2.12.3', ['2.12.3'], ['2.12.2', '2.12.4', '2.12.30', '2.12.3-RC.1']],
    ['v2.12.3', ['2.12.3'], ['2.12.4']],
    ['2.12', ['2.12.0', '2.12.15', '2.12.0-RC.1'], ['2.11.9', '2.13.0', '2.13.0-preview', '2.1.2']],
    ['2', ['2.0.0', '2.99.9'], ['1.4.1', '3.0.0', '3.0.0-RC.1']],
    ['<2.10.23', ['2.10.22', '2.9.25', '2.10.23-RC.1'], ['2.10.23', '2.12.0']],
    ['<=2.10.23', ['2.10.23', '2.10.22'], ['2.10.24', '2.10.24-RC.1']],
    ['>2.10.23', ['2.10.24', '2.12.0'], ['2.10.23', '2.10.22']],
    ['>=2.10.23', ['2.10.23', '2.15.2'], ['2.10.22', '2.10.23-RC.1']],
    ['<2.12', ['2.11.9'], ['2.12.0', '2.12.0-RC.1']],
    ['<=2.12', ['2.12.15', '2.11.9'], ['2.13.0']],
    ['>2.12', ['2.13.0', '2.13.0-RC.1'], ['2.12.99']],
    ['>=2.12', ['2.12.0', '2.12.0-RC.1'], ['2.11.9']],
    ['>=2.10.23 <2.12', ['2.10.23', '2.11.9'], ['2.10.22', '2.12.0']],
    ['>2.10  <=2.12.3 <2.14', ['2.11.0', '2.12.3'], ['2.10.29', '2.12.4']],
  ])('%s', (text, inside, outside) => {
    expect(inside.filter((version) => !inRange(version, range(text)))).toEqual([]);
    expect(outside.filter((version) => inRange(version, range(text)))).toEqual([]);
  });

  it.each([
    '',
    'latest',
    '2.x',
    '~2.10',
    '=2.10',
    '2.10 2.12',
    '2.10 <2.12',
    '> 2.10',
    '>=2.10,<2.12',
    '02.1',
  ])('%j is none', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it.each([
    ['>2.12 <2.10', true],
    ['>2.12.3 <=2.12.3', true],
    ['>=2.12 <2.12', true],
    ['>=2.12.3 <=2.12.3', false],
    ['<2.10', false],
  ])('whether %s is empty: %s', (text, empty) => {
    expect(isEmptyRange(range(text))).toBe(empty);
  });

  it.each([
    ['2.12', '2.12.3', true],
    ['2.12', '>=2.12.3', true],
    ['<2.10.23', '>=2.10.23', false],
    ['<=2.10.23', '>=2.10.23', true],
    ['<2.12', '2.12', false],
    ['2.12', '>2.12', false],
    ['2', '2.12', true],
  ])('whether %s and %s overlap: %s', (a, b, expected) => {
    expect(rangesOverlap(range(a), range(b))).toBe(expected);
    expect(rangesOverlap(range(b), range(a))).toBe(expected);
  });

  it('is on one side of a version or the other', () => {
    const number = fc.nat(30);
    fc.assert(
      fc.property(number, number, number, number, (minor, patch, boundMinor, boundPatch) => {
        const [version, bound] = [`2.${minor}.${patch}`, `2.${boundMinor}.${boundPatch}`];
        const sides = [`<${bound}`, bound, `>${bound}`].filter((text) => inRange(version, range(text)));
        expect(sides).toHaveLength(1);
        expect(inRange(version, range(`>=${bound}`))).toBe(!inRange(version, range(`<${bound}`)));
      }),
    );
  });
});
