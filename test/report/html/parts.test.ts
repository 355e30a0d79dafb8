import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html.ts';
import { fixtureRecord, fixtureRun } from '../fixture.ts';

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
    expect(page.replaceAll(/\s+/g, ' ')).toMatch(/<b>partition#1<\/b>, [^<]*: injected 3 times\.\s*<\/p>/);
  });

  it('has no card where it was skipped, but a count, a mark, and the time and the reason', () => {
    const met = {
      ...first,
      id: `${first.id}.4`,
      skipped: 'n1 is held by kill#1',
      skippedAt: 7_000,
      undo: [],
    };
    delete met.injectedAt;
    const skipped = renderHtml(fixtureRun({ ...record, faults: [...record.faults, met] }));
    expect(skipped).not.toContain(`<small>${met.id}, phase`);
    const text = skipped.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/: injected 3 times, skipped once\.\s*<\/p>/);
    expect(text).toMatch(/<caption>Skipped<.*partition#1\.4<.*>7\.00 s<.*>n1 is held by kill#1</);
    expect(skipped).toMatch(/class="mark event e-skipped" data-at="7000" title="skipped: [^"]*n1 is held by/);
    expect(skipped).toContain('<i class="mark event e-skipped"></i>fault skipped');
    expect(page).not.toContain('fault skipped');
  });

  it('says what was chosen, and what was not', () => {
    const said = page.match(/<p class="choice">[^]*?<\/p>/)?.[0].replaceAll(/\s+/g, ' ');
    expect(said).toMatch(
      /choose#1<\/b>.*the seed chose the chosen one \(.*, and not the other one \(kill#9\)/,
    );
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
    const words = [...text.matchAll(/<ol class="entries said-list">([^]*?)<\/ol>/g)].map(
      (found) => found[1]!,
    );
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
    expect(signs.find((found) => found[4] === '5')?.[1]).toBe('warning');
  });

  it('are said to be none, or are left away where the logs are unknown', () => {
    const none = page((record) => (record.serverEvents = { events: [], leftOut: 0 }));
    expect(none).toContain('Their logs show no election');
    expect(none).not.toContain('data-event="');
    const unknown = page((record) => delete record.serverEvents);
    expect(unknown).not.toContain('id="server-events"');
  });

  it('say how many are left out, and fold up when they are many', () => {
    const text = page((record) => {
      const [event] = record.serverEvents!.events;
      record.serverEvents = { events: Array.from({ length: 300 }, () => event!), leftOut: 1234 };
    });
    expect(text).toContain('1,234 more, less important, are left out.');
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
    const ways = [...svg.matchAll(/class="wire k-gateway( affected)?"\s+d="([^"]+)"/g)];
    expect(ways).toHaveLength(4);
    // Both ways beside one another, neither hides the other.
    expect(new Set(ways.map((found) => found[2])).size).toBe(4);
    const struck = ways.filter((found) => found[1] !== undefined);
    expect(struck.map((found) => found[2])).toEqual([expect.stringMatching(/V-\d+/)]);
    expect(svg).toContain('gateway a/a1 → d/d1: affected by a fault');
  });
});
