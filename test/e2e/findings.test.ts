import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { Workbench } from './harness.ts';

const FOLDER = resolve('experiments/findings');

/** Found on every run, within a minute: by which check. */
const FOUND_AT_ONCE = [
  ['rollback-loses-acknowledged', 'no-loss'],
  ['bit-flip-hides-messages', 'no-loss'],
  ['leader-behind-a-black-hole', 'publish-errors'],
] as const;

/** Those that take minutes, or show only now and then: `npm run findings` runs them. */
const FOUND_BY_COMMAND = [
  'cut-off-leader-misleads',
  'damaged-meta-snapshot-deletes-replica',
  'handover-loses-acknowledged',
  'kills-lose-stream',
  'power-failure-loses-acks',
  'interest-rolling-restarts',
];

/** Those that need root. */
const WITHOUT_POWER = [
  ['power-failure-loses-acknowledged', /^Failed, as expected/, 'fail'],
  ['power-failure-sync-always', /^The steady state held before and after/, 'pass'],
] as const;

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.remove());

describe('the findings that ship are found, and nothing else is', () => {
  it.each(FOUND_AT_ONCE)('%s', async (name, check) => {
    const { code, report, timeline } = await bench
      .run(join(FOLDER, `${name}.yaml`), '--free-ports', '--seed', '1')
      .ends();
    expect(report.verdict, timeline).toBe('pass');
    expect(report.headline).toMatch(/^Failed, as expected/);
    expect(report.expected).toMatchObject({ verdict: 'fail', seen: 'fail' });
    expect(code).toBe(0);
    expect(report.reasons.map(({ verdict }) => verdict)).toEqual(['fail']);
    expect(report.reasons[0]?.text).toContain(check);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('none is forgotten', () => {
    const shipped = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    const known = [...[...FOUND_AT_ONCE, ...WITHOUT_POWER].map(([name]) => name), ...FOUND_BY_COMMAND];
    expect(known.map((name) => `${name}.yaml`).sort()).toEqual(shipped.sort());
  });
});

describe.skipIf(isLeftOut('power'))('what a loss of power does', () => {
  it.each(WITHOUT_POWER)('%s', async (name, headline, noLoss) => {
    const file = resolve('experiments/findings', `${name}.yaml`);
    const { code, report, timeline } = await bench.run(file, '--free-ports').ends();
    expect(report.verdict, timeline).toBe('pass');
    expect(report.headline).toMatch(headline);
    expect(report.findings.map(({ verdict }) => verdict)).toEqual([noLoss]);
    expect(code).toBe(0);
    expect(report.faults[0]?.removed?.proven).toBe(true);
    expect(await bench.leftovers()).toEqual([]);
  });
});
