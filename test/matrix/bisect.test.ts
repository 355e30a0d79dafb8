import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisect, bisectionText, releasesIn, seenIn, type Seen } from '../../src/matrix/bisect.ts';

const PUBLISHED = [
  '2.12.0-RC.1',
  '2.10.22',
  '2.9.25',
  '2.10.20',
  '2.11.0',
  '2.12.1',
  '2.10.21',
  '2.12.0',
  '2.14.0',
];

/** Looks at versions as a map says, and counts. */
async function search(versions: string[], of: (version: string) => Seen, mayGoOn = () => true) {
  const looked: string[] = [];
  const result = await bisect(
    'a..b',
    versions,
    (version) => {
      looked.push(version);
      return Promise.resolve(of(version));
    },
    mayGoOn,
  );
  return { ...result, looked };
}

describe('a range of releases', () => {
  it('has both its ends, a series with all of its releases, and no pre-release', () => {
    expect(releasesIn('2.10.21..2.12', PUBLISHED)).toEqual([
      '2.10.21',
      '2.10.22',
      '2.11.0',
      '2.12.0',
      '2.12.1',
    ]);
    expect(releasesIn('2.10..2.11', PUBLISHED)).toEqual(['2.10.20', '2.10.21', '2.10.22', '2.11.0']);
    expect(releasesIn('2.12.1..2.14.0', PUBLISHED)).toEqual(['2.12.1', '2.14.0']);
  });

  it.each([
    ['2.10', 'two dots between them'],
    ['2.10..latest', 'two dots between them'],
    ['2.10..2.11..2.12', 'two dots between them'],
    ['2.12..2.10', 'has no release'],
    ['2.14..2.15', 'has one release, 2.14.0'],
  ])('%s is refused: %s', (range, why) => {
    expect(() => releasesIn(range, PUBLISHED)).toThrow(why);
  });
});

describe('the runs on a release', () => {
  it('show a failure once one of them failed, and that there is none only when one passed', () => {
    expect(seenIn(['pass', 'fail', 'pass'])).toBe('fails');
    expect(seenIn(['pass', 'inconclusive'])).toBe('holds');
    expect(seenIn(['inconclusive', 'error'])).toBe('unclear');
    expect(seenIn([])).toBe('unclear');
  });
});

describe('the search for the first release that differs', () => {
  it('finds it wherever it is, with a number of looks that grows with the logarithm', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 2, max: 300 })
          .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n - 1 }))),
        fc.boolean(),
        async ([n, change], failsFirst) => {
          const versions = Array.from({ length: n }, (_, at) => `2.${at}.0`);
          const [before, after] = failsFirst ? (['fails', 'holds'] as const) : (['holds', 'fails'] as const);
          const found = await search(versions, (version) =>
            versions.indexOf(version) < change ? before : after,
          );
          expect(found.first).toBe(`2.${change}.0`);
          expect(found.last).toBe(`2.${change - 1}.0`);
          expect(found.unclear).toEqual([]);
          expect(found.looked.length).toBeLessThanOrEqual(3 + Math.ceil(Math.log2(n)));
          expect(new Set(found.looked).size).toBe(found.looked.length);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('passes over releases that say nothing, and says which might be the first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('holds', 'unclear'), { maxLength: 20 }),
        fc.array(fc.constantFrom('fails', 'unclear'), { maxLength: 20 }),
        async (old, young) => {
          const seen: Seen[] = ['holds', ...(old as Seen[]), ...(young as Seen[]), 'fails'];
          const versions = seen.map((_, at) => `2.${at}.0`);
          const found = await search(versions, (version) => seen[versions.indexOf(version)]!);
          const last = seen.lastIndexOf('holds');
          const first = seen.indexOf('fails');
          expect(found).toMatchObject({ first: versions[first], last: versions[last] });
          expect(found.unclear).toEqual(versions.slice(last + 1, first));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('says so where both ends are alike, say nothing, or no more runs may begin', async () => {
    const versions = ['2.10.0', '2.11.0', '2.12.0', '2.13.0'];
    const alike = await search(versions, () => 'fails');
    expect(bisectionText(alike)).toBe(
      'no first release that differs: 2.10.0 and 2.13.0 are alike: on both it fails; 2 of 4 releases were run',
    );
    expect((await search(versions, () => 'unclear')).why).toBe('the runs on 2.10.0 say nothing');
    const seen = (version: string): Seen => (version === '2.13.0' ? 'holds' : 'fails');
    expect((await search(versions, seen, () => false)).why).toBe('it ended between 2.10.0 and 2.13.0');
    expect(bisectionText(await search(versions, seen))).toBe(
      '2.13.0 is the first release on which it holds; on 2.12.0 it fails; 3 of 4 releases were run',
    );
  });
});
