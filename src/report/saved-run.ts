import { redactData, type Redactor, type Shape } from '../support/redaction.ts';
import type { Finding } from '../checkers/checker.ts';
import type { FaultRecord, RunRecord } from '../history/record.ts';
import { recoveryOf } from '../history/recovery.ts';
import type { ThresholdResult } from '../verdict/thresholds.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { SavedRunSchema, SCHEMA_VERSION, type SavedRun } from './schema.ts';

/** What a report needs to know about the plan (structurally part of `Plan`). */
export interface PlannedDocuments {
  rehearsal?: true;
  experiment: { name: string; title: string; file: string; tags: string[]; source: string };
  environment: { name: string; title: string; file: string; source: string };
}

export interface SavedRunInput {
  program: { name: string; version: string };
  /** The whole resolved plan; everything except its two documents is saved unchanged. */
  plan: PlannedDocuments;
  record: RunRecord;
  findings: Finding[];
  thresholds: ThresholdResult[];
  judgement: Judgement;
  /** The command line that repeats the run, seed included. */
  command: string;
  /** How many other runs went on beside it on the same machine, counting those in the same folder of runs. */
  beside?: number;
  /** Server log files, relative to the folder of the run. */
  logs: string[];
  /** Removes the secrets from a text. */
  redact: Redactor;
}

/** Turns everything that is known about a run into the saved form. */
export function toSavedRun(input: SavedRunInput): SavedRun {
  const { record, judgement, plan } = input;
  const { experiment, environment, ...resolved } = plan;
  const { rehearsal } = plan;
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
    ...(rehearsal === undefined ? {} : { rehearsal }),
    repeat: { command: input.command },
    verdict: judgement.verdict,
    expected: judgement.expected,
    exitCode: judgement.exitCode,
    headline: judgement.headline,
    reasons: judgement.reasons,
    steadyState: { before: steadyStateBefore, after: steadyStateAfter },
    findings: input.findings,
    thresholds: input.thresholds,
    recovery: record.phases.flatMap((phase) => {
      const { ms, from } = recoveryOf(phase) ?? {};
      return ms === undefined ? [] : [{ phase: phase.name, ms, ...(from === undefined ? {} : { from }) }];
    }),
    ...(input.beside === undefined || input.beside === 0 ? {} : { beside: input.beside }),
    logs: input.logs,
    figures: {
      ...(readyMs === undefined ? {} : { readyMs }),
      ...(teardownMs === undefined ? {} : { teardownMs }),
      durationMs: record.durationMs,
      faults: record.faults.map(figuresOf),
    },
  };
  // Through JSON, so that what is shown now is what will be read later: no `undefined`, no shared objects.
  const plain = JSON.parse(JSON.stringify(saved)) as SavedRun;
  return redactData(plain, input.redact, SavedRunSchema as unknown as Shape);
}

function figuresOf(fault: FaultRecord): SavedRun['figures']['faults'][number] {
  return {
    fault: fault.id,
    ...(fault.inForce?.proven === true ? { provenAfterMs: fault.inForce.afterMs } : {}),
    ...(fault.removed?.proven === true ? { removedAfterMs: fault.removed.afterMs } : {}),
  };
}
