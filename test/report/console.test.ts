import { describe, expect, it } from 'vitest';
import type { ProgressTick } from '../../src/history/progress.ts';
import { renderSummary } from '../../src/report/console.ts';
import { createProgress } from '../../src/report/progress.ts';
import { wrap } from '../../src/report/text.ts';
import { renderHtml } from '../../src/report/html.ts';
import type { Expect } from '../../src/verdict/expected.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from './fixture.ts';
import { hostileRun } from './hostile.ts';

describe('the summary', () => {
  it('says what was done and found, the verdict, and where the report is', () => {
    const text = renderSummary(fixtureRun(), { color: false, width: 100, folder: 'reports/x' });
    for (const part of [
      '0 of 9 leafnode connections',
      'proven, undone',
      '9.23 s',
      '✔ PASS',
      'report: reports/x',
      'seed 424242',
    ]) {
      expect(text).toContain(part);
    }
    expect(
      Math.max(
        ...text
          .split('\n')
          .filter((line) => /[│┌└├]/.test(line))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  it('fits a terminal that does not know its width', () => {
    const text = (width: number) => renderSummary(fixtureRun(), { color: false, width });
    expect(text(0)).toBe(text(80));
  });

  it('sums up a fault that comes again and again, and names what did not go well', () => {
    const record = fixtureRecord();
    const [first] = record.faults;
    const again = (n: number) => ({
      ...structuredClone(first!),
      id: `${first!.id}.${n}`,
      title: `strike ${n}`,
    });
    const met = { ...again(3), skipped: 'n1 is held by kill#1', skippedAt: 7_000, undo: [] };
    delete met.injectedAt;
    record.faults.push(again(2), met, again(4));
    record.faults[3]!.heldToEnd!.proven = false;
    const text = renderSummary(fixtureRun(record), { color: false, width: 160, plain: true });
    expect(text).toMatch(/fault .*proven, undone .*partition.*injected 2 times, skipped once/);
    expect(text).toMatch(/fault .*not held .*strike 4/);
    expect(text).not.toMatch(/strike [23]/);
    record.faults = [{ ...met, id: first!.id }, met];
    const never = renderSummary(fixtureRun(record), { color: false, width: 160, plain: true });
    expect(never).toMatch(/fault .* skipped .*was never injected: it was skipped 2 times/);
    expect(never).toMatch(/INCONCLUSIVE/);
  });

  it('puts the worst reason right under the verdict', () => {
    const findings = fixtureFindings();
    Object.assign(findings[3]!, { verdict: 'fail', statement: 'sequence 7 came before 6' });
    const record = fixtureRecord();
    record.faults[0]!.heldToEnd!.proven = false;
    const lines = renderSummary(fixtureRun(record, { findings }), {
      color: false,
      width: 100,
      plain: true,
    }).split('\n');
    const verdict = lines.findIndex((line) => line.startsWith('✘ FAIL'));
    expect(lines[verdict + 1]).toBe('  ordered on four consumers: sequence 7 came before 6');
    expect(lines[verdict + 2]).toMatch(/^ {2}inconclusive: Fault partition#1/);
  });

  it('shows a failure that was expected as a pass that says so, with what failed', () => {
    const findings = fixtureFindings();
    Object.assign(findings[3]!, { verdict: 'fail', statement: 'sequence 7 came before 6' });
    const expected = fixtureRun(undefined, { findings, expect: 'fail' });
    const text = renderSummary(expected, { color: false, width: 100, plain: true });
    expect(text).toMatch(/✔ PASS .*\n {2}Failed, as expected: ordered .*sequence 7 came before 6/);
    expect(text).toMatch(/\n {2}expected of any nats-server: fail; seen: fail\n/);
    expect(expected).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      expected: { verdict: 'fail', seen: 'fail' },
    });
  });

  it.each<[Expect, string]>([
    [{ '2.12': 'either' }, 'expected of nats-server 2.12.3 (2.12): pass or fail; seen: pass'],
    [{ '<2.12': 'fail', otherwise: 'pass' }, 'expected of nats-server 2.12.3 (otherwise): pass; seen: pass'],
    [{ '2.10': 'fail' }, 'nothing is expected of nats-server 2.12.3; seen: pass'],
  ])('says what was expected and what was seen: %j', (expect_, line) => {
    const saved = fixtureRun(undefined, { expect: expect_ });
    expect(renderSummary(saved, { color: false, width: 100, plain: true })).toContain(`\n  ${line}\n`);
    const page = renderHtml(saved);
    expect(page.slice(0, page.indexOf('</header>')).toLowerCase()).toContain(`${line.toLowerCase()}.`);
  });

  it('does not say that a pass is expected of every version', () => {
    const text = renderSummary(fixtureRun(), { color: false, width: 100, plain: true });
    expect(text).not.toContain('expected');
    expect(fixtureRun().expected).toEqual({ verdict: 'pass', seen: 'pass' });
  });

  it('carries no escape sequence when plain, whatever the names are, and no box', () => {
    const text = renderSummary(hostileRun(fixtureRun()), { color: false, width: 80, plain: true });
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
    expect(text).not.toMatch(/[│┌]/);
    expect(renderSummary(fixtureRun(), { color: true, width: 80 })).toContain('\u001b[32m');
  });
});

describe('progress', () => {
  const tick: ProgressTick = {
    type: 'tick',
    t: 7_000,
    phase: 'partition',
    remainingMs: 5_000,
    workloads: Array.from({ length: 6 }, (_, at) => ({
      name: `workload-${at}`,
      rate: 199.7,
      done: 1234,
      failed: 0,
      unknown: 0,
    })),
    probes: Array.from({ length: 30 }, (_, at) => ({
      id: `mirror-lag stream-${at}`,
      ...(at === 0 ? { value: 4321 } : { state: 'connected' }),
    })),
    faults: [],
  };
  const line = { type: 'line', t: 6_200, kind: 'phase', text: 'partition began\u001b[2J' } as const;
  const collect = (mode: Parameters<typeof createProgress>[0]) => {
    const written: string[] = [];
    const progress = createProgress(
      mode,
      { write: (text: string) => written.push(text), columns: 80 },
      { color: false },
    );
    return { written, progress };
  };

  it('in a terminal: lines above, a block of at most eight lines drawn in place, and gone at the end', () => {
    const { written, progress } = collect('tty');
    progress.event(tick);
    const lines = written[0]!.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThan(80);
    expect(written[0]).toContain('partition · 5 s left');
    expect(written[0]).toContain('workload-0 200/s (1,234)');
    expect(written[0]).toContain('mirror-lag stream-0 4,321');
    expect(written[0]).toMatch(/\d+ more/);
    progress.event(line);
    expect(written[1]!.startsWith(`\u001b[${lines.length}A\u001b[0J   6.200s  phase`)).toBe(true);
    expect(written[1]).not.toContain('\u001b[2J');
    expect(written[1]).toContain('partition · 5 s left');
    progress.end();
    expect(written[2]).toBe(`\u001b[${lines.length}A\u001b[0J`);
  });

  it('plain: a timestamped line for each event, and nothing for a tick', () => {
    const { written, progress } = collect('plain');
    progress.event(tick);
    progress.event(line);
    progress.end();
    expect(written).toEqual(['   6.200s  phase         partition began\uFFFD[2J\n']);
  });

  it('json: every event as it is; quiet: nothing', () => {
    const json = collect('json');
    const quiet = collect('quiet');
    for (const { progress } of [json, quiet]) {
      progress.event(tick);
      progress.event(line);
      progress.end();
    }
    expect(json.written.map((text) => JSON.parse(text) as unknown)).toEqual([tick, line]);
    expect(quiet.written).toEqual([]);
  });
});

describe('wrap', () => {
  it('breaks at spaces, and within a word only when it must', () => {
    expect(wrap('a bb ccc', 4)).toEqual(['a bb', 'ccc']);
    expect(wrap('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual(['']);
  });
});
