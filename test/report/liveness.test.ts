import { describe, expect, it } from 'vitest';
import type { LivenessTarget, RunRecord } from '../../src/history/record.ts';
import { renderSummary } from '../../src/report/console.ts';
import { renderHtml } from '../../src/report/html.ts';
import { livenessText } from '../../src/run/liveness/await-available.ts';
import { fixtureRecord, fixtureRun } from './fixture.ts';

const TARGETS: LivenessTarget[] = [
  { kind: 'stream', name: 'qa1a/qa', state: 'available', afterMs: 1_200, statement: 'led by js1' },
  { kind: 'workload', name: 'publish-qa1a', state: 'available', afterMs: 1_500, statement: '7 done' },
  {
    kind: 'stream',
    name: 'qa1b/qa',
    state: 'rightly-unavailable',
    statement: 'at most 1 of its 3 replicas reach one another (kill#1)',
  },
];
const STUCK: LivenessTarget = {
  kind: 'workload',
  name: 'pinned',
  state: 'stuck',
  statement: 'it has done nothing',
};

function runWith(targets: LivenessTarget[]): RunRecord {
  const record = fixtureRecord();
  const [phase] = record.phases;
  phase!.liveness = { healed: ['kill#2'], inForce: ['kill#1'], targets };
  return record;
}

describe('what a report says of service while faults are in force', () => {
  it('names in the summary what is rightly out, and counts what is available', () => {
    const text = renderSummary(fixtureRun(runWith(TARGETS)), { color: false, width: 120, plain: true });
    expect(text).toMatch(
      /^liveness +rightly out +stream qa1b\/qa: at most 1 of its 3 replicas .*\(kill#1\)$/m,
    );
    expect(text).toMatch(/^liveness +available .*: 2 targets served within 1\.5 s$/m);
    expect(text).not.toMatch(/^liveness +stuck/m);
  });

  it('names what is stuck', () => {
    const text = renderSummary(fixtureRun(runWith([...TARGETS, STUCK])), {
      color: false,
      width: 120,
      plain: true,
    });
    expect(text).toMatch(/^liveness +stuck +workload pinned: it has done nothing$/m);
  });

  it('has a part of the page for it, which says what was healed and what was not', () => {
    const page = renderHtml(fixtureRun(runWith([...TARGETS, STUCK])));
    expect(page).toContain('<section id="liveness"');
    expect(page).toContain('rightly unavailable');
    expect(page).toContain('Healed for a quorum: kill#2. Still in force: kill#1.');
    expect(renderHtml(fixtureRun())).not.toContain('<section id="liveness"');
  });

  it('tells the two kinds of outage apart in one sentence', () => {
    const base = { healed: ['kill#2'], inForce: ['kill#1'] };
    expect(livenessText({ ...base, targets: TARGETS })).toBe(
      'available after 1.5 s; healed: kill#2; still in force: kill#1; rightly unavailable: stream qa1b/qa (at most 1 of its 3 replicas reach one another (kill#1))',
    );
    expect(livenessText({ ...base, targets: [STUCK] })).toMatch(
      /^stuck although there is a quorum: workload pinned \(it has done nothing\); healed/,
    );
  });
});
