import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartsOf } from '../../../src/report/html/model/charts.ts';
import { harmFigures } from '../../../src/report/html/model/harm.ts';
import { lanesOf } from '../../../src/report/html/model/lanes.ts';
import { thin } from '../../../src/report/html/model/thin.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../fixture.ts';

describe('thinning', () => {
  const values = fc.array(fc.option(fc.integer({ min: -1e6, max: 1e6 })), { minLength: 1, maxLength: 3000 });

  it('keeps both extremes, both ends and a gap, in at most so many points, in order', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 8, max: 600 }), (v, limit) => {
        const series = { t: v.map((_, at) => at * 100), v };
        const thinned = thin(series, limit);
        const numbers = (list: (number | null)[]) => list.filter((value) => value !== null);
        expect(thinned.t.length).toBeLessThanOrEqual(limit);
        expect(thinned.t).toEqual([...thinned.t].sort((a, b) => a - b));
        expect([thinned.t[0], thinned.t.at(-1)]).toEqual([series.t[0], series.t.at(-1)]);
        expect(Math.max(...numbers(thinned.v))).toBe(Math.max(...numbers(v)));
        expect(Math.min(...numbers(thinned.v))).toBe(Math.min(...numbers(v)));
        expect(thinned.v.includes(null)).toBe(v.includes(null));
        for (const [at, t] of thinned.t.entries()) expect(thinned.v[at]).toBe(v[t / 100]);
      }),
    );
  });

  it('shows a single spike among 6,000 readings', () => {
    const record = fixtureRecord();
    record.probes = [
      {
        id: 'mirror-lag x',
        kind: 'mirror-lag',
        target: 'x',
        unit: '',
        samples: Array.from({ length: 6000 }, (_, t) => ({ t, value: t === 4321 ? 99 : 1 })),
      },
    ];
    const curve = chartsOf(fixtureRun(record)).find((chart) => chart.title === 'Mirror lag')?.curves[0];
    expect(curve?.v[curve.t.indexOf(4321)]).toBe(99);
    expect(curve?.t.length).toBeLessThanOrEqual(600);
  });
});

describe('lanes', () => {
  it('join equal states, show gaps, and blur what changes too fast', () => {
    const record = fixtureRecord();
    const lane = (samples: { t: number; state?: string; error?: string }[]) => {
      record.probes = [{ id: 'stream-leader s', kind: 'stream-leader', target: 's', unit: '', samples }];
      return lanesOf(fixtureRun(record))[0]!.segments;
    };
    const calm = lane([
      { t: 0, state: 'a' },
      { t: 1, state: 'a' },
      { t: 2, error: 'x' },
      { t: 3, state: 'b' },
      { t: 9, state: 'b' },
    ]);
    expect(calm.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 2, 'a'],
      [2, 3, null],
      [3, 9, 'b'],
    ]);
    const wild = lane(Array.from({ length: 5000 }, (_, t) => ({ t, state: t % 2 === 0 ? 'a' : 'b' })));
    expect(wild.length).toBeLessThanOrEqual(240);
    expect(wild[0]).toMatchObject({ from: 0, tone: 'mixed' });
    expect(wild.at(-1)?.to).toBe(4999);
  });
});

describe('what was harmed', () => {
  const values = (findings: ReturnType<typeof fixtureFindings>) =>
    harmFigures(fixtureRun(fixtureRecord(), { findings })).map((figure) => figure.value);

  it('is told from the checks, and admits what it does not know', () => {
    const findings = fixtureFindings();
    expect(values(findings)).toEqual(['0', '0', '0']);
    Object.assign(findings[0]!, {
      verdict: 'fail',
      counts: { acknowledged: 99, missing: 16, undelivered: 1 },
    });
    Object.assign(findings[1]!, {
      verdict: 'fail',
      counts: { novelty: 5 },
      examples: [{ text: 'a' }, { text: 'b' }, { text: 'c' }],
    });
    Object.assign(findings[2]!, { verdict: 'inconclusive' });
    expect(values(findings)).toEqual(['19', '?', '0']);
    expect(values([])).toEqual(['—', '—', '—']);
  });

  const lost = (verdict: 'fail' | 'inconclusive', counts: Record<string, number>) => {
    const [finding] = fixtureFindings();
    const findings = [{ ...finding!, verdict, counts, examples: [{ text: 'one' }] }];
    return harmFigures(fixtureRun(fixtureRecord(), { findings }))[0]!;
  };

  it('calls lost only what is missing, and names the rest beside it', () => {
    const counts = { acknowledged: 9, stored: 8, missing: 1, undelivered: 2, unacknowledged: 3 };
    expect(lost('fail', counts)).toMatchObject({
      value: '1',
      verdict: 'fail',
      note: 'by 1 check; 2 undelivered; 3 unacknowledged',
    });
    const stored = { acknowledged: 9, stored: 9, undelivered: 2 };
    expect(lost('fail', stored)).toMatchObject({
      value: '0',
      verdict: 'inconclusive',
      note: 'by 1 check; 2 undelivered',
    });
    expect(lost('inconclusive', { acknowledged: 9, stored: 9, unconfirmed: 1 })).toMatchObject({
      value: '0',
      note: 'by 1 check; 1 unconfirmed',
    });
    expect(lost('inconclusive', { acknowledged: 9, stored: 4, unread: 5, unconfirmed: 1 })).toMatchObject({
      value: '?',
      note: 'could not be measured; 1 unconfirmed',
    });
    expect(lost('inconclusive', { acknowledged: 0 }).value).toBe('?');
  });
});
