import type { NamedRun } from '../../src/compare/comparison.ts';
import type { RunRecord } from '../../src/history/record.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../report/fixture.ts';

let made = 0;

/** A run of partition-recovery on a version, with a recovery time, and whatever else is to differ. */
export function run(
  version: string,
  recoveryMs: number | null,
  change: { loses?: boolean; tolerance?: number; apply?: (record: RunRecord) => void } = {},
): NamedRun {
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
  return { name: `reports/${record.runId}`, saved };
}

/** One run for each recovery time. */
export function runs(
  version: string,
  times: readonly number[],
  change?: Parameters<typeof run>[2],
): NamedRun[] {
  return times.map((ms) => run(version, ms, change));
}
