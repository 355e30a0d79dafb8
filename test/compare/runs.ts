import type { NamedRun } from '../../src/compare/comparison.ts';
import { namedRun } from '../../src/compare/named-run.ts';
import type { RunRecord } from '../../src/history/record.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../report/fixture.ts';

/** A run as a comparison has it, and as it was saved. */
export interface TestRun extends NamedRun {
  whole: SavedRun;
}

let made = 0;

/** A run of partition-recovery on a version, with a recovery time, and whatever else is to differ. */
export function run(
  version: string,
  recoveryMs: number | null,
  change: { loses?: boolean; tolerance?: number; apply?: (record: RunRecord) => void } = {},
): TestRun {
  const record = fixtureRecord();
  made += 1;
  record.runId = `run-${made}`;
  record.versions['nats-server'] = version;
  const recovery = record.phases.find(({ name }) => name === 'recovery')!;
  if (recoveryMs === null) {
    delete recovery.recoveryMs;
    recovery.outcome = 'timed-out';
  } else recovery.recoveryMs = recoveryMs;
  change.apply?.(record);
  const findings = fixtureFindings();
  if (change.loses === true)
    Object.assign(findings[0]!, { verdict: 'fail', statement: '3 messages are lost' });
  const saved = fixtureRun(record, { findings });
  const { tolerance } = change;
  if (tolerance !== undefined)
    saved.thresholds.forEach((threshold) => Object.assign(threshold, { tolerance }));
  return testRun(`reports/${record.runId}`, saved);
}

export function testRun(name: string, whole: SavedRun): TestRun {
  return { ...namedRun(name, whole, true), whole };
}

/** One run for each recovery time. */
export function runs(
  version: string,
  times: readonly number[],
  change?: Parameters<typeof run>[2],
): TestRun[] {
  return times.map((ms) => run(version, ms, change));
}
