import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisectionText, doubtText } from '../../src/matrix/bisect-words.ts';
import { bisect, lookAt, newBisection, releasesIn, type Look, type Seen } from '../../src/matrix/bisect.ts';

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

/** What three runs on a release say. */
function lookOf(seen: Seen): Look {
  return { seen, failed: seen === 'fails' ? 3 : 0, judged: seen === 'unclear' ? 0 : 3 };
}

/** Looks at versions as a map says, until it may look no more, and counts. */
async function search(versions: string[], of: (version: string) => Seen, looks = Infinity) {
  const looked: string[] = [];
  const noted: string[] = [];
  const result = await bisect(
    { range: 'a..b', versions },
    (version) => {
      if (looked.length === looks) return Promise.resolve(null);
      looked.push(version);
      return Promise.resolve(lookOf(of(version)));
    },
    ({ steps }) => noted.push(steps.at(-1)?.version ?? ''),
  );
  expect(noted).toEqual(looked);
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
    ['2.12..2.10', 'begins after its end: expected the older release first, 2.10..2.12'],
    ['2.14..2.15', 'has one release, 2.14.0'],
  ])('%s is refused: %s', (range, why) => {
    expect(() => releasesIn(range, PUBLISHED)).toThrow(why);
  });
});

describe('the runs on a release', () => {
  it('show a failure once one of them failed, and that there is none only when one passed', () => {
    expect(lookAt(['pass', 'fail', 'pass'])).toEqual({ seen: 'fails', failed: 1, judged: 3 });
    expect(lookAt(['pass', 'inconclusive'])).toEqual({ seen: 'holds', failed: 0, judged: 1 });
    expect(lookAt(['inconclusive', 'error'])).toEqual({ seen: 'unclear', failed: 0, judged: 0 });
    expect(lookAt([]).seen).toBe('unclear');
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

  it('says so where both ends are alike', async () => {
    const alike = await search(VERSIONS, () => 'fails');
    expect(bisectionText(alike)).toBe(
      'no first release that differs: 2.10.0 and 2.13.0 are alike: on both it fails; 2 of 4 releases were run',
    );
    expect(alike.going).toBeUndefined();
    expect((await search(VERSIONS, () => 'holds')).why).toBe(
      '2.10.0 and 2.13.0 are alike: on both it holds (a failure that shows in some of the runs only may take more: --repeat)',
    );
  });

  it('takes the next release towards the middle for an end that says nothing, or cannot be had', async () => {
    const found = await search(VERSIONS, (version) =>
      version === '2.10.0' || version === '2.13.0' ? 'unclear' : version === '2.11.0' ? 'fails' : 'holds',
    );
    expect(found).toMatchObject({ first: '2.12.0', last: '2.11.0', unclear: [] });
    expect(found.looked).toEqual(['2.10.0', '2.11.0', '2.13.0', '2.12.0']);
  });

  it('gives up where nothing at an end of the range says anything', async () => {
    const versions = Array.from({ length: 20 }, (_, at) => `2.${at}.0`);
    const none = await search(versions, () => 'unclear');
    expect(none.why).toBe('the runs on the oldest releases of the range say nothing');
    expect(none.looked).toHaveLength(4);
    const newest = await search(versions, (version) => (version === '2.0.0' ? 'holds' : 'unclear'));
    expect(newest.why).toBe('the runs on the newest releases of the range say nothing');
    const two = await search(['2.0.0', '2.1.0'], (version) => (version === '2.0.0' ? 'holds' : 'unclear'));
    expect(two.why).toBe('the runs on the newest releases of the range say nothing');
  });

  it('says where it was stopped, and that it is not over', async () => {
    const of = (version: string): Seen => (version === '2.13.0' ? 'holds' : 'fails');
    for (const [looks, next] of [
      [0, '2.10.0'],
      [1, '2.13.0'],
      [2, '2.12.0'],
    ] as const) {
      const stopped = await search(VERSIONS, of, looks);
      expect(stopped).toMatchObject({ going: true, first: null, last: null });
      expect(stopped.looked).toHaveLength(looks);
      expect(bisectionText(stopped)).toContain(`it was stopped before it was known what ${next} does`);
    }
    expect(bisectionText(await search(VERSIONS, of))).toBe(
      '2.13.0 is the first release on which it holds (3 runs); on 2.12.0 it fails (3 of 3 runs); 3 of 4 releases were run',
    );
    expect(newBisection('a..b', VERSIONS).going).toBe(true);
  });
});

describe('a release that holds', () => {
  const between = (failing: Look, holding: Look) => ({
    ...newBisection('a..b', VERSIONS),
    steps: [
      { version: '2.10.0', ...failing },
      { version: '2.11.0', ...holding },
    ],
    ...{ first: '2.11.0', last: '2.10.0' },
  });
  const runs = (failed: number, judged: number): Look => ({
    ...{ failed, judged },
    seen: failed > 0 ? 'fails' : 'holds',
  });

  it('is doubted where it has so few runs that a failure as rare as on the others may be missed', () => {
    expect(doubtText(between(runs(3, 3), runs(0, 3)))).toBeNull();
    expect(doubtText(between(runs(1, 3), runs(0, 10)))).toBeNull();
    expect(doubtText(between(runs(1, 3), runs(0, 3)))).toBe(
      'where it fails, 1 of 3 runs failed: that 2.11.0 holds in 3 runs may be chance (22%); --repeat 10 would make that rare',
    );
    expect(doubtText(between(runs(1, 1), runs(0, 1)))).toContain('--repeat 5');
  });

  it('is run again until it hardly holds by chance; where it fails after all, the search goes on', async () => {
    // Fails below 2.13.0: on 2.10.0 in every second run, on 2.12.0 in the fifth only.
    const failsIn: Record<string, number[]> = {
      '2.10.0': [1, 3],
      '2.11.0': [2],
      '2.12.0': [5],
      '2.13.0': [],
    };
    const had = new Map<string, number>();
    const found = await bisect({ range: 'a..b', versions: VERSIONS }, (version, atLeast) => {
      const judged = Math.max(3, atLeast);
      had.set(version, judged);
      const failed = failsIn[version]?.filter((run) => run <= judged).length ?? 0;
      return Promise.resolve(runs(failed, judged));
    });
    expect(found).toMatchObject({ first: '2.13.0', last: '2.12.0' });
    expect(Object.fromEntries(had)).toEqual({ '2.10.0': 3, '2.11.0': 3, '2.12.0': 7, '2.13.0': 12 });
    expect(found.steps).toHaveLength(4);
    expect(doubtText(found)).toBeNull();
  });

  it('is not run again without end where its runs say nothing more', async () => {
    const found = await bisect({ range: 'a..b', versions: ['2.10.0', '2.11.0'] }, (version) =>
      Promise.resolve(version === '2.10.0' ? runs(1, 3) : runs(0, 1)),
    );
    expect(doubtText(found)).toContain('2.11.0 holds in 1 run may be chance');
  });

  it('is not where nothing was found', () => {
    expect(doubtText({ ...between(runs(1, 3), runs(0, 3)), first: null, last: null })).toBeNull();
  });
});

const VERSIONS = ['2.10.0', '2.11.0', '2.12.0', '2.13.0'];
