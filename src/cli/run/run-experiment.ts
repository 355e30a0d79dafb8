import os from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { runChecks } from '../../checkers/run-checks.ts';
import type { Finding } from '../../checkers/checker.ts';
import { redactData, type Redactor } from '../../experiment/secrets.ts';
import { readHistory, type History } from '../../history/reader.ts';
import type { ProgressEvent } from '../../history/progress.ts';
import type { RunRecord } from '../../history/record.ts';
import { HistoryFile } from '../../history/writer.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { toSavedRun } from '../../report/saved-run.ts';
import type { SavedRun } from '../../report/schema.ts';
import { execute } from '../../run/execute.ts';
import { Journal } from '../../run/journal.ts';
import { systemClock } from '../../support/clock.ts';
import { newRunId } from '../../support/ids.ts';
import { seededRandom } from '../../support/random.ts';
import { judge } from '../../verdict/judge.ts';
import { measureThresholds } from '../../verdict/thresholds.ts';
import { driverMaker } from './create-driver.ts';
import { startGuardian } from './guardian-process.ts';
import { createRunFolder, logFiles, writeWhole } from './run-folder.ts';

export interface RunExperimentOptions {
  out: string;
  seed: number;
  keep: boolean;
  freePorts: boolean;
  /** The command line that repeats this run, on the release of nats-server that ran. */
  command(ran: string | undefined): string;
  program: { name: string; version: string };
  /** The guardian's built program. */
  guardian: URL;
  /** Takes the secrets out of a text. */
  redact: Redactor;
  signal: AbortSignal;
  listener(event: ProgressEvent): void;
}

/** Runs one experiment from its plan to its saved report. @returns the saved run and its folder */
export async function runExperiment(
  plan: Plan,
  options: RunExperimentOptions,
): Promise<{ saved: SavedRun; folder: string }> {
  const createDriver = await driverMaker(plan.driver);
  const runId = newRunId();
  const folder = createRunFolder(options.out, plan.experiment.name, runId, systemClock.now());
  const journal = new Journal(join(folder.path, 'journal.ndjson'));
  const history = new HistoryFile(join(folder.path, 'history.ndjson'));
  const log = pino(
    { base: { runId } },
    pino.destination({ dest: join(folder.path, 'logs', 'runner.log'), sync: true }),
  );
  const guardian = startGuardian(options.guardian, journal.path);
  const judgeRun = async (record: RunRecord): Promise<JudgedRun> => judged(plan, record, history);

  const record = await execute(plan, {
    runId,
    folder: folder.path,
    clock: systemClock,
    random: seededRandom(options.seed),
    signal: options.signal,
    freePorts: options.freePorts,
    journal,
    history,
    createDriver,
    listener: (event) => {
      if (event.type === 'line') log.info({ t: event.t, kind: event.kind }, event.text);
      options.listener(event);
    },
    keepUp: async (sofar) => options.keep && (await judgeRun(sofar)).judgement.verdict !== 'pass',
  });
  record.versions = { ...record.versions, ...ownVersions(options.program) };
  const { findings, thresholds, judgement } = await judgeRun(record);
  const unredacted = toSavedRun({
    program: options.program,
    plan,
    record,
    findings,
    thresholds,
    judgement,
    command: options.command(record.versions['nats-server']),
    logs: logFiles(folder.path),
    secrets: [],
  });
  const saved = redactData(unredacted, options.redact);
  history.close();
  journal.close();
  writeWhole(join(folder.path, 'report.json'), renderJson(saved));
  writeWhole(join(folder.path, 'report.html'), renderHtml(saved));
  const final = folder.finish(saved.versions['nats-server'] ?? 'none');
  await guardian.dismiss();
  return { saved, folder: final };
}

/** What carried the run out, beside the servers. */
function ownVersions(program: { name: string; version: string }): Record<string, string> {
  return {
    [program.name]: program.version,
    node: process.versions.node,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
  };
}

interface JudgedRun {
  findings: Finding[];
  thresholds: ReturnType<typeof measureThresholds>;
  judgement: ReturnType<typeof judge>;
}

async function judged(plan: Plan, record: RunRecord, file: HistoryFile): Promise<JudgedRun> {
  file.flush();
  const targets = plan.workloads.map(({ name, kind, target }) => [name, { kind, target }] as const);
  const history: History = await readHistory(file.path, Object.fromEntries(targets));
  // An interrupted run was never drained, so its history proves neither loss nor its absence.
  const checkable = record.drain !== undefined;
  const findings = checkable ? runChecks(history, plan.checks) : [];
  const thresholds = measureThresholds(plan.thresholds, record, history);
  return { findings, thresholds, judgement: judge({ record, findings, thresholds, expect: plan.expect }) };
}
