import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { escapeHtml, escapeJson, html } from '../../src/report/html/markup.ts';
import { chartsOf } from '../../src/report/html/model/charts.ts';
import { harmFigures } from '../../src/report/html/model/harm.ts';
import { lanesOf } from '../../src/report/html/model/lanes.ts';
import { thin } from '../../src/report/html/model/thin.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from './fixture.ts';
import { HOSTILE, hostileRun } from './hostile.ts';

describe('escaping', () => {
  it('leaves nothing of a text that HTML could take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000-\u0008\u202A-\u202E]/);
        expect(escapeHtml(text)).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
        expect(html`<b title="${text}">${text}</b>`.text.match(/</g)).toHaveLength(2);
      }),
    );
  });

  it('keeps JSON what it is, without a character that ends a script', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, text) => {
        const value = [JSON.parse(json) as unknown, `${text}</script><!--\u2028`];
        const escaped = escapeJson(value);
        expect(escaped).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(escaped)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
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
});

describe('a fault that strikes again and again', () => {
  const record = fixtureRecord();
  const [first] = record.faults;
  const [phase] = record.phases;
  if (!first || !phase) throw new Error('the fixture has a fault and a phase');
  const from = first.injectedAt ?? 0;
  record.faults = [0, 1, 2].map((n) => ({
    ...first,
    id: n === 0 ? first.id : `${first.id}.${n + 1}`,
    injectedAt: from + n * 1000,
    removedAt: from + n * 1000 + 400,
    removed: { proven: true, statement: 'gone', t: from + n * 1000 + 500, afterMs: 100, readings: {} },
  }));
  phase.choices = [
    {
      id: 'choose#1',
      of: [
        { fault: first.id, title: 'the chosen one', chosen: true },
        { fault: 'kill#9', title: 'the other one', chosen: false },
      ],
    },
  ];
  const page = renderHtml(fixtureRun(record));

  it('has a band for each strike, all in one row, and a card for each', () => {
    const rows = page.match(/<div class="track tall">[^]*?<\/div>/g) ?? [];
    expect(rows).toHaveLength(1);
    expect(rows[0]?.match(/class="seg window"/g)).toHaveLength(3);
    for (const n of [0, 1, 2]) {
      expect(rows[0]).toContain(`data-from="${from + n * 1000}"`);
      expect(rows[0]).toContain(`data-to="${from + n * 1000 + 500}"`);
    }
    for (const { id } of record.faults) expect(page).toContain(`<small>${id}, phase`);
  });

  it('says what was chosen, and what was not', () => {
    const said = page.match(/<p class="choice">[^]*?<\/p>/)?.[0].replaceAll(/\s+/g, ' ');
    expect(said).toMatch(
      /choose#1<\/b>.*the seed chose the chosen one \(.*, and not the other one \(kill#9\)/,
    );
  });
});

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

describe('server events', () => {
  const page = (change: (record: ReturnType<typeof fixtureRecord>) => void) => {
    const record = fixtureRecord();
    change(record);
    return renderHtml(fixtureRun(record));
  };

  it('stand in lanes by server and in words, each lane pointing at its words', () => {
    const text = page(() => undefined);
    const words = [...text.matchAll(/<ol class="story said-list">([^]*?)<\/ol>/g)].map((found) => found[1]!);
    const items = words[0]!.split('<li>').slice(1);
    expect(items).toHaveLength(9);
    expect(items[0]).toMatch(/6\.22 s<.*link down<.*qa1b\/js1-qa1b<\/b> Leafnode connection closed/);
    expect(items[3]).toContain('11 times until 17.80 s');
    const lanes = [
      ...text.matchAll(/<p class="lane-name">(\S+) <output><\/output><\/p><div class="track said-lane"/g),
    ];
    expect(lanes.map((found) => found[1])).toEqual([
      'qa1a/js3-qa1a',
      'qa1b/js1-qa1b',
      'qa1b/js2-qa1b',
      'qa1b/js3-qa1b',
    ]);
    const signs = [
      ...text.matchAll(/class="said g-(\w+)" data-from="([\d.]+)" data-to="([\d.]+)" data-event="(\d+)"/g),
    ];
    expect(signs.map((found) => Number(found[4])).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(signs.find((found) => found[4] === '5')?.[1]).toBe('doubt');
  });

  it('are said to be none, or are left away where the logs are unknown', () => {
    const none = page((record) => (record.serverEvents = { events: [], leftOut: 0 }));
    expect(none).toContain('Their logs tell of no election');
    expect(none).not.toContain('data-event="');
    const unknown = page((record) => delete record.serverEvents);
    expect(unknown).not.toContain('id="server-events"');
  });

  it('say how many are left out, and fold up when they are many', () => {
    const text = page((record) => {
      const [event] = record.serverEvents!.events;
      record.serverEvents = { events: Array.from({ length: 300 }, () => event!), leftOut: 1234 };
    });
    expect(text).toContain('1,234 more, which tell less, are left out.');
    expect(text).toContain('<summary>All 300 events</summary>');
  });
});

describe('actions', () => {
  it('are listed with what was seen of them, or why they failed', () => {
    const record = fixtureRecord();
    const base = { t: 9_000, kind: 'step-down', title: 'step down the leader of qa1a/qa', ok: true };
    record.phases[1]!.actions = [
      { ...base, evidence: 'js2-qa1a led, now js3-qa1a does' },
      { ...base, ok: false, error: 'no answer within 5 s' },
    ];
    const text = /<section id="actions"[^]*?<\/section>/.exec(renderHtml(fixtureRun(record)))![0];
    expect(text).toMatch(
      /done<\/span>.*9\.00 s.*step down the leader.*phase partition.*js2-qa1a led, now js3-qa1a does/,
    );
    expect(text).toMatch(/failed<\/span>.*no answer within 5 s/);
  });
});

describe('the topology', () => {
  it('draws gateways, and takes links of clusters that are not neighbours over the others', () => {
    const record = fixtureRecord();
    const cluster = (name: string) => ({
      name,
      nodes: [{ name: `${name}1`, client: '127.0.0.1:1', monitor: 'http://127.0.0.1:2' }],
    });
    const link = (from: string, to: string) => ({
      name: `gateway ${from}-${to}`,
      kind: 'gateway',
      from: `${from}/${from}1`,
      to: `${to}/${to}1`,
    });
    record.topology.clusters = ['a', 'b', 'c', 'd'].map(cluster);
    record.topology.links = [link('a', 'b'), link('b', 'a'), link('a', 'd'), link('d', 'a')];
    record.faults[0]!.targets = ['gateway a-d'];
    const svg = /<svg[^>]*class="topology wide"[^]*?<\/svg>/.exec(renderHtml(fixtureRun(record)))![0];
    const ways = [...svg.matchAll(/class="wire k-gateway( struck)?"\s+d="([^"]+)"/g)];
    expect(ways).toHaveLength(4);
    // Both ways beside one another, neither hides the other.
    expect(new Set(ways.map((found) => found[2])).size).toBe(4);
    const struck = ways.filter((found) => found[1] !== undefined);
    expect(struck.map((found) => found[2])).toEqual([expect.stringMatching(/V-\d+/)]);
    expect(svg).toContain('gateway a/a1 → d/d1: struck by a fault');
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
    expect(values(findings)).toEqual(['20', '?', '0']);
    expect(values([])).toEqual(['—', '—', '—']);
  });
});
