import type { Finding } from '../checkers/checker.ts';
import type { FaultRecord, RunRecord } from '../history/record.ts';
import type { ThresholdResult } from '../verdict/thresholds.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { redact } from './redact.ts';
import { SavedRunSchema, SCHEMA_VERSION, type SavedRun } from './schema.ts';

/** What a report needs to know of the plan (structurally part of `Plan`). */
export interface PlannedDocuments {
  experiment: { name: string; title: string; file: string; tags: string[]; source: string };
  environment: { name: string; title: string; file: string; source: string };
}

export interface SavedRunInput {
  program: { name: string; version: string };
  /** The whole resolved plan; all but its two documents is kept as it is. */
  plan: PlannedDocuments;
  record: RunRecord;
  findings: Finding[];
  thresholds: ThresholdResult[];
  judgement: Judgement;
  /** The command line that repeats the run, seed included. */
  command: string;
  /** Server log files, relative to the folder of the run. */
  logs: string[];
  /** Replaced by `***` wherever they occur. */
  secrets: readonly string[];
}

/** Puts everything that is known about a run into the form that is saved. */
export function toSavedRun(input: SavedRunInput): SavedRun {
  const { record, judgement, plan } = input;
  const { experiment, environment, ...resolved } = plan;
  const { steadyStateBefore, steadyStateAfter, readyMs, teardownMs, ...rest } = record;
  const saved: SavedRun = {
    schemaVersion: SCHEMA_VERSION,
    program: input.program,
    ...rest,
    experiment: {
      name: experiment.name,
      title: experiment.title,
      file: experiment.file,
      tags: experiment.tags,
      source: experiment.source,
    },
    environment: {
      name: environment.name,
      title: environment.title,
      file: environment.file,
      source: environment.source,
    },
    plan: resolved,
    repeat: { command: input.command },
    verdict: judgement.verdict,
    expected: judgement.expected,
    exitCode: judgement.exitCode,
    headline: judgement.headline,
    reasons: judgement.reasons,
    steadyState: { before: steadyStateBefore, after: steadyStateAfter },
    findings: input.findings,
    thresholds: input.thresholds,
    recovery: record.phases.flatMap(({ name, recoveryMs }) =>
      recoveryMs === undefined ? [] : [{ phase: name, ms: recoveryMs }],
    ),
    logs: input.logs,
    figures: {
      ...(readyMs === undefined ? {} : { readyMs }),
      ...(teardownMs === undefined ? {} : { teardownMs }),
      durationMs: record.durationMs,
      faults: record.faults.map(figuresOf),
    },
  };
  // Through JSON, so that what is shown now is what will be read back: no `undefined`, no shared objects.
  return redact(JSON.parse(JSON.stringify(saved)) as SavedRun, SavedRunSchema, input.secrets);
}

function figuresOf(fault: FaultRecord): SavedRun['figures']['faults'][number] {
  return {
    fault: fault.id,
    ...(fault.inForce?.proven === true ? { provenAfterMs: fault.inForce.afterMs } : {}),
    ...(fault.removed?.proven === true ? { removedAfterMs: fault.removed.afterMs } : {}),
  };
}
