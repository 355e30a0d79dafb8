import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { escapeHtml } from '../../src/report/html/markup.ts';
import { fixtureRecord, fixtureRun } from './fixture.ts';
import { HOSTILE, hostileRun } from './hostile.ts';

describe('the page', () => {
  it('names nothing outside itself', () => {
    const page = renderHtml(fixtureRun());
    const addresses = [...page.matchAll(/(?:src|href|url|@import)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(
      (m) => m[1],
    );
    expect(addresses.filter((address) => /^(https?:)?\/\//.test(address ?? ''))).toEqual([]);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it.each(['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted'] as const)(
    'can show %s',
    (verdict) => {
      const page = renderHtml({ ...fixtureRun(), verdict });
      expect(page).toMatch(new RegExp(`<section class="verdict v-${verdict}"`));
    },
  );

  it('can show a run of which next to nothing is known', () => {
    const record = { ...fixtureRecord(), phases: [], faults: [], probes: [], workloads: [], timeline: [] };
    record.topology = { clusters: [], links: [], streams: [] };
    record.steadyStateBefore = [];
    record.steadyStateAfter = [];
    expect(renderHtml(fixtureRun(record, { findings: [] }))).toContain('</html>');
  });

  it('has a list of its parts', () => {
    const text = renderHtml(fixtureRun());
    const links = [...text.matchAll(/<li><a href="#([^"]+)">/g)].map((found) => found[1]!);
    expect(links.length).toBeGreaterThan(9);
    for (const id of links) expect(text).toContain(`<section id="${id}" aria-labelledby="${id}-title">`);
  });

  it('keeps a hostile run inert: no tag more than a harmless one has', () => {
    const count = (page: string, tag: string) => page.split(tag).length - 1;
    const [harmless, hostile] = [renderHtml(fixtureRun()), renderHtml(hostileRun(fixtureRun()))];
    for (const tag of ['<script', '</script', '<img', '<style', '</style', '<body', '<!--']) {
      expect([tag, count(hostile, tag)]).toEqual([tag, count(harmless, tag)]);
    }
    expect(hostile).toContain(escapeHtml(HOSTILE));
    expect(hostile).not.toMatch(/<svg\/onload|onerror="/);
  });

  it('stays within 500 KB for ten minutes, ten samples a second, twenty curves', () => {
    const record = fixtureRecord();
    const base = record.probes.filter((probe) => probe.samples[0]?.value !== undefined)[0]!;
    record.probes = Array.from({ length: 20 }, (_, series) => ({
      ...base,
      id: `mirror-lag stream-${series}`,
      samples: Array.from({ length: 6000 }, (_, at) => ({
        t: at * 100,
        value: Math.round(1e5 + 1e5 * Math.sin(at * series)),
      })),
    }));
    for (const workload of record.workloads) {
      workload.seconds = Array.from({ length: 600 }, (_, at) => ({
        t: at * 1000,
        ok: 200 + (at % 7),
        failed: 0,
        unknown: 0,
        p50Ms: 1.234 + at,
        p99Ms: 4.567 + at,
      }));
    }
    const [event] = record.serverEvents!.events;
    const text = 'x'.repeat(120);
    record.serverEvents!.events = Array.from({ length: 300 }, (_, at) => ({ ...event!, t: at * 1000, text }));
    const saved = fixtureRun(record);
    const began = performance.now();
    const page = renderHtml(saved);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(Buffer.byteLength(page)).toBeLessThan(500_000);
  });
});
