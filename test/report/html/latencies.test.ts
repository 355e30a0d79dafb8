import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../../src/report/console.ts';
import { renderMarkdown } from '../../../src/report/forms/markdown.ts';
import { renderHtml } from '../../../src/report/html.ts';
import { chartsOf } from '../../../src/report/html/model/charts.ts';
import { makeHeat } from '../../../src/report/html/client/heat.ts';
import { latencies } from '../../../src/report/html/sections/latencies.ts';
import { fixtureRecord, fixtureRun } from '../fixture.ts';

describe('latencies on the page', () => {
  it('are in a table of each workload by phase, and what was never answered counts', () => {
    const record = fixtureRecord();
    record.workloads[0]!.latency![2]!.unanswered = 30;
    const { text } = latencies(fixtureRun(record))!;
    for (const phase of ['whole run', 'baseline', 'partition', 'recovery', 'afterwards']) {
      expect(text).toContain(phase);
    }
    expect(text.match(/no answer/g)).toHaveLength(2);
    expect(text).not.toContain('from the send');
  });

  it('are shown from the send too, where that differs', () => {
    const record = fixtureRecord();
    const latency = record.workloads[0]!.latency!;
    latency.forEach((one) => (one.fromSend = one.fromIntended));
    const { text } = latencies(fixtureRun(record))!;
    expect(text).toContain('from the intended time of each operation');
    expect(text).toContain('the same from the send');
  });

  it('are left out of what an older program has saved, and of a damaged text', () => {
    const old = fixtureRecord();
    for (const workload of old.workloads) {
      delete workload.latency;
      delete workload.heatMap;
    }
    expect(latencies(fixtureRun(old))).toBeNull();
    expect(chartsOf(fixtureRun(old)).filter(({ heat }) => heat !== undefined)).toEqual([]);
    const damaged = fixtureRecord();
    for (const one of damaged.workloads[0]!.latency!) one.fromIntended = 'x';
    expect(renderHtml(fixtureRun(damaged))).toContain('id="latencies"');
  });

  it('are drawn over time for each workload that has some', () => {
    const heats = chartsOf(fixtureRun()).flatMap(({ heat }) => heat ?? []);
    expect(heats).toHaveLength(2);
    expect(heats[0]?.summary).toMatch(/^[\d,]+ operations between .*, most often between 1\.4 ms and 2 ms$/);
    const painter = makeHeat(heats[0]!);
    expect(painter.textAt(10_500)).toMatch(/^\d+ in 1 s, half within [\d.]+ ms, slowest [\d.]+ m?s$/);
    expect(painter.textAt(-5000)).toBe('–');
    expect(painter.splits.length).toBeGreaterThan(1);
  });

  it('are in the summaries for people, one sentence for a workload', () => {
    const saved = fixtureRun();
    const sentence = /latency p50 [\d.]+ ms, p90 .*, p99 .*, p99\.9 .*, slowest/;
    expect(renderSummary(saved, { color: false, width: 200, plain: true })).toMatch(sentence);
    expect(renderMarkdown([saved])).toMatch(sentence);
  });
});

it('a page says when nothing succeeded, and when each fault was recovered from', () => {
  const record = fixtureRecord();
  record.workloads[0]!.unavailability = { longestMs: 900, totalMs: 900, windows: [{ from: 7000, to: 7900 }] };
  record.faults[0]!.recovery = {
    outcome: 'recovered',
    steadyAt: 27_640,
    sinceInjectionMs: 21_428,
    sinceRemovalMs: 9230,
    readings: 80,
  };
  const page = renderHtml(fixtureRun(record));
  expect(page).toContain('none for 900 ms');
  expect(page).toMatch(/21\.4 s.*9\.23 s.*back after the removal/s);
});

it('a page says nothing of the availability of a ledger, which is read once the run is over', () => {
  const record = fixtureRecord();
  const [first] = record.workloads;
  first!.unavailability = { longestMs: null, totalMs: 0, windows: [] };
  expect(renderHtml(fixtureRun(record))).toContain('too little was due to measure it');
  first!.kind = 'ledger';
  expect(renderHtml(fixtureRun(record))).not.toContain('too little was due to measure it');
});

it('an hour of load adds less than 100 kB to the page for each workload', () => {
  const record = fixtureRecord();
  const [first] = record.workloads;
  first!.heatMap = {
    from: 0,
    everyMs: 10_000,
    columns: Array.from({ length: 360 }, () =>
      Array.from({ length: 20 }, (_, row) => [row + 18, 123_456]).flat(),
    ),
  };
  const before = renderHtml(fixtureRun()).length;
  expect(renderHtml(fixtureRun(record)).length - before).toBeLessThan(100_000);
});
