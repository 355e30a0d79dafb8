import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareCommand, type CompareCommandOptions } from '../../src/cli/commands/compare.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { renderJson } from '../../src/report/json.ts';
import { run, runs, testRun, type TestRun } from '../compare/runs.ts';

let out: string;
let stamp = 0;
const printed: string[] = [];

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-compare-'));
  printed.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(out, { recursive: true, force: true });
});

/** Saves runs, each later than the one before. @returns the names of their folders */
function save(all: readonly TestRun[], folder = out): string[] {
  return all.map(({ whole: saved }) => {
    stamp += 1;
    const name = `20261121T${String(stamp).padStart(6, '0')}Z-${saved.experiment.name}`;
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'report.json'), renderJson(saved));
    return name;
  });
}

async function compare(words: string[], options: Partial<CompareCommandOptions> = {}) {
  const code = await compareCommand(words, { out, alpha: 0.05, json: true, ...options });
  return { code, comparison: JSON.parse(printed.pop()!) as Comparison };
}

const FAST = [1000, 1010, 1020, 1030];
const gate = { failOn: 'regression', tolerance: 0.5 } as const;

describe('chaos compare', () => {
  it('takes a folder of runs, the oldest version as the reference, and writes a page', async () => {
    save([...runs('2.11', FAST), ...runs('2.12', [5000, 5010, 5020, 5030])]);
    const html = join(out, 'page', 'comparison.html');
    const { code, comparison } = await compare([out], { html });
    expect(code).toBe(0);
    expect(comparison.experiments[0]!.groups.map(({ id }) => id)).toEqual(['2.11', '2.12']);
    expect(readFileSync(html, 'utf8')).toMatch(/href="\.\.\/20261121T\d+Z-partition-recovery\/report\.html"/);
  });

  it('exits 1 on a regression, 0 without one, 2 when it cannot tell', async () => {
    const before = save(runs('2.11', FAST));
    const slow = save(runs('2.12', [5000, 5010, 5020, 5030]));
    const stopped = save([run('2.13', 1, { apply: (record) => (record.interrupted = 'SIGINT') })]);
    expect((await compare([...before, ...slow], gate)).code).toBe(1);
    expect((await compare([...before, ...slow])).code).toBe(0);
    expect((await compare([...before, ...slow], { ...gate, tolerance: 9 })).code).toBe(0);
    expect((await compare([...before, ...stopped], gate)).code).toBe(2);
    expect((await compare(before, gate)).code).toBe(2);
  });

  it('exits 0 for a gate only when something was judged: single runs by the tolerance alone', async () => {
    const [before] = save([run('2.11', 900)]);
    const [slow] = save([run('2.12', 2610)]);
    const [same] = save([run('2.12', 910)]);
    const failOn = 'regression' as const;
    expect((await compare([before!, slow!], { failOn })).code).toBe(1);
    expect((await compare([before!, same!], { failOn })).code).toBe(0);
    expect((await compare([before!], { failOn })).code).toBe(2);
    const shown = await compare([before!, slow!]);
    expect([shown.code, shown.comparison.outcome]).toEqual([0, 'not-judged']);
    expect(shown.comparison.experiments[0]!.remedies.at(-1)!.command).toBe(
      `chaos compare ${before!} ${slow!} --out ${out} --tolerance 20%`,
    );
    const stated = await compare([before!, slow!], { tolerance: 0.2 });
    expect([stated.code, stated.comparison.outcome]).toEqual([0, 'regression']);
    expect((await compare([before!, slow!], { failOn, tolerance: 2 })).code).toBe(0);
  });

  it('exits 2 for a gate whose runs all proved nothing, and for a baseline of another experiment', async () => {
    const broken = (version: string) =>
      run(version, 1, { apply: (record) => (record.interrupted = 'SIGINT') });
    const both = save([broken('2.11'), broken('2.12')]);
    const failOn = 'regression' as const;
    expect((await compare(both, { failOn })).code).toBe(2);
    const { name, whole } = run('2.11', 900);
    const other = { ...whole, experiment: { ...whole.experiment, name: 'another' } };
    const baseline = save([testRun(name, other)]);
    const now = save([run('2.11', 900), run('2.12', 900)]);
    const { code, comparison } = await compare(now, { failOn, baseline });
    expect([code, comparison.leftOut]).toEqual([2, ['another']]);
  });

  it('writes JUnit XML and Markdown that say the same', async () => {
    const words = save([run('2.11', 900), run('2.12', 2610)]);
    const [junit, markdown] = [join(out, 'forms', 'junit.xml'), join(out, 'forms', 'compare.md')];
    await compare(words, { junit, markdown });
    expect(readFileSync(junit, 'utf8')).toContain(
      '<error type="not-judged" message="Not judged: 2.12: none of 26',
    );
    expect(readFileSync(markdown, 'utf8')).toMatch(/^## – NOT JUDGED: partition-recovery\n/);
  });

  it('holds runs against all the passes of the version that passed last', async () => {
    save(runs('2.10', [9000, 9010]));
    save(runs('2.11', FAST));
    save(runs('2.11', [7], { loses: true }));
    const now = save(runs('2.11', FAST, { loses: true }));
    const { code, comparison } = await compare(now, { ...gate, baseline: ['latest-pass'] });
    const [reference, held] = comparison.experiments[0]!.groups;
    expect(reference).toMatchObject({ id: 'baseline 2.11', verdicts: { pass: 4 } });
    expect(held!.runs).toHaveLength(4);
    expect(code).toBe(1);
    expect(comparison.experiments[0]!.regressions[0]).toMatch(/new in 2\.11: check, no-loss/);
  });

  it('never takes the run itself as its baseline', () => {
    const [name] = save([run('2.11', 1000)]);
    expect(() => compareCommand([name!], { out, alpha: 0.05, baseline: ['latest-pass'] })).toThrow(
      /no other run of partition-recovery under .* has passed/,
    );
  });

  it('takes a baseline from anywhere, and says never for what never came', async () => {
    const nightlyRuns = join(out, 'nights');
    save(runs('2.11', FAST), nightlyRuns);
    const now = save(FAST.map(() => run('2.12', null)));
    const { comparison } = await compare(now, { baseline: [nightlyRuns] });
    const recovery = comparison.experiments[0]!.metrics.find(({ key }) => key === 'recovery-time recovery')!;
    expect(recovery.spreads['2.12']!.median).toBe('never');
    expect(recovery.differences[0]).toMatchObject({ call: 'worse', ratio: 'never' });
  });
});
