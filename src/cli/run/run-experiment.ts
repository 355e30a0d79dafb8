import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { withCircumstances } from '../../checkers/circumstances.ts';
import { runChecks } from '../../checkers/run-checks.ts';
import type { Driver, DriverContext } from '../../drivers/driver.ts';
import type { Finding } from '../../checkers/checker.ts';
import type { History } from '../../history/history.ts';
import { historyOf } from '../../history/in-memory.ts';
import type { ProgressEvent } from '../../history/progress.ts';
import type { RunRecord } from '../../history/record.ts';
import { readHistory } from '../../history/read-folder.ts';
import type { Plan } from '../../plan/plan.ts';
import { toSavedRun } from '../../report/saved-run.ts';
import type { SavedRun } from '../../report/schema.ts';
import { emptyRecord } from '../../run/empty-record.ts';
import { execute } from '../../run/execute.ts';
import type { WatchedServers } from '../../run/watched-servers.ts';
import { errorRecord } from '../../run/failure.ts';
import { systemClock } from '../../support/clock.ts';
import { messageOf, type ChaosError } from '../../support/errors.ts';
import { newRunId } from '../../support/ids.ts';
import { seededRandom } from '../../support/random.ts';
import { judge } from '../../verdict/judge.ts';
import { assertionFindings } from '../../verdict/server-assertion.ts';
import { crashFindings } from '../../verdict/server-crash.ts';
import { phaseLatencies, withPhaseLatencies } from '../../verdict/phase-latencies.ts';
import { measureThresholds } from '../../verdict/thresholds.ts';
import { withUnavailability } from '../../verdict/unavailability.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { complain } from '../output.ts';
import { secrecy } from '../secrecy.ts';
import { driverMaker } from './create-driver.ts';
import { redactFolder } from './redact-folder.ts';
import { createRunFolder, logFiles, type RunFolder } from './run-folder.ts';
import { watchRunsBeside } from './runs-beside.ts';
import { runEvent } from './run-event.ts';
import { openRunFiles, type RunFiles } from './run-files.ts';
import { saveElsewhere, saveRun } from './save-run.ts';
import type { StandingHome } from './standing-home.ts';
import { noteCrashes, Trouble } from './trouble.ts';
import { workloadFacts } from './workload-facts.ts';

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
  /** The built program of a thread. */
  thread: URL;
  signal: AbortSignal;
  listener(event: ProgressEvent): void;
  /** Called when the servers are up. */
  servers(servers: WatchedServers): void;
  /** Keeps servers from run to run; left out: every run starts its own. */
  home?: StandingHome | undefined;
}

export interface EndedRun {
  saved: SavedRun;
  /** The folder of its report; undefined when it could not be written anywhere. */
  folder: string | undefined;
  /** What went wrong with the program itself: the run is then an error, whatever it has observed. */
  trouble: ChaosError | undefined;
}

/**
 * Runs one experiment from its plan to its saved report. Problems of the program itself are not thrown: everything is
 * undone, and the report says what happened.
 */
export async function runExperiment(plan: Plan, options: RunExperimentOptions): Promise<EndedRun> {
  const trouble = new Trouble(options.signal);
  const release = noteCrashes(trouble);
  try {
    return await fromPlanToReport(plan, options, trouble);
  } finally {
    trouble.over();
    release();
  }
}

async function fromPlanToReport(
  plan: Plan,
  options: RunExperimentOptions,
  trouble: Trouble,
): Promise<EndedRun> {
  const { clock, random, runId } = {
    clock: systemClock,
    random: seededRandom(options.seed),
    runId: newRunId(),
  };
  const { guard } = trouble;
  const folder = await guard(
    () => createRunFolder(options.out, plan.experiment.name, runId, clock.now()),
    'the folder of the run cannot be made',
  );
  const files =
    folder &&
    (await guard(
      () =>
        openRunFiles(folder.path, {
          runId,
          guardian: options.guardian,
          places: placesOf(plan, folder.path),
          trouble,
        }),
      'the run cannot be begun',
    ));
  const beside =
    folder && (await guard(() => watchRunsBeside(folder.path), 'the other runs cannot be counted'));
  const running = { plan, options, trouble, runId, clock, random, beside };
  const record =
    folder && files ? await carryOut(running, folder, files) : emptyRecord(plan, { runId, clock, random });
  record.versions = { ...record.versions, ...ownVersions(options.program) };
  const ended = await saveWhatThereIs(running, record, folder, files);
  files?.journal.close();
  await files?.guardian.dismiss();
  return ended;
}

interface Running {
  plan: Plan;
  options: RunExperimentOptions;
  trouble: Trouble;
  runId: string;
  clock: typeof systemClock;
  random: ReturnType<typeof seededRandom>;
  /** How many other runs went on beside it so far; undefined when unknown. */
  beside: (() => number) | undefined;
}

async function carryOut(running: Running, folder: RunFolder, files: RunFiles): Promise<RunRecord> {
  const { plan, options, trouble, runId, clock, random } = running;
  const home = plan.driver === 'process' ? options.home : undefined;
  const maker = (): Promise<(ctx: DriverContext) => Driver> => home?.maker() ?? driverMaker(plan.driver);
  const createDriver = await trouble.guard(maker, 'the run cannot be begun');
  if (createDriver === undefined) return emptyRecord(plan, running);
  const { history, journal, log } = files;
  history.append(runEvent(plan, runId));
  return execute(plan, {
    runId,
    folder: folder.path,
    clock,
    random,
    signal: trouble.signal,
    noteTrouble: trouble.note,
    freePorts: options.freePorts,
    journal,
    history,
    openThread: home?.workers.take ?? (() => new Worker(options.thread)),
    createDriver,
    up: (servers) => options.servers(servers),
    listener: (unredacted) => {
      const event = secrecy.data(unredacted);
      if (event.type === 'line') log.info({ t: event.t, kind: event.kind }, event.text);
      options.listener(event);
    },
    keepUp: async (sofar) =>
      options.keep &&
      (await verdictSoFar(running, sofar, folder.path)) !== 'pass' &&
      trouble.first === undefined,
    ...(home === undefined ? {} : { takeStanding: home.take, prepareNext: home.workers.fillUp }),
  });
}

async function verdictSoFar(running: Running, record: RunRecord, folder: string): Promise<Verdict> {
  const measured = await measure(running, record, folder);
  return judge({ record, ...measured, expect: running.plan.expect }).verdict;
}

/** Paths that must be writable: servers in containers and attached servers store nothing here. */
function placesOf(plan: Plan, folder: string): { folder: string; what: string }[] {
  const reports = { folder, what: 'the run writes to' };
  if (plan.driver !== 'process') return [reports];
  return [reports, { folder: os.tmpdir(), what: 'the servers keep their stores on' }];
}

/** What carried the run out, besides the servers. */
function ownVersions(program: { name: string; version: string }): Record<string, string> {
  return {
    [program.name]: program.version,
    node: process.versions.node,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
  };
}

/** In the run's own folder, or in another place when that cannot be written. */
async function saveWhatThereIs(
  running: Running,
  record: RunRecord,
  folder: RunFolder | undefined,
  files: RunFiles | undefined,
): Promise<EndedRun> {
  const { trouble } = running;
  files?.history.close();
  const measured = await measure(running, record, files && folder?.path);
  files?.resources.stop();
  const { beside } = running;
  const others = beside && (await trouble.guard(beside, 'the other runs cannot be counted'));
  const saved = savedRun(running, record, { ...measured, beside: others }, folder);
  const doing = `the report, whose verdict is ${saved.verdict}, cannot be written`;
  const final =
    folder &&
    (await trouble.guard(async () => {
      saveRun(folder.path, saved);
      await hideSecrets(folder.path, record, saved.verdict);
      return folder.finish(saved.versions['nats-server'] ?? 'none');
    }, doing));
  if (final !== undefined) return { saved, folder: final, trouble: trouble.first };
  folder?.abandon();
  // Its logs stay where they are.
  const troubled = savedRun(running, record, { ...measured, beside: others }, undefined);
  return { saved: troubled, folder: saveElsewhere(troubled), trouble: trouble.first };
}

/** Removes the secrets from what the run leaves besides its reports. */
async function hideSecrets(path: string, record: RunRecord, verdict: Verdict): Promise<void> {
  if (secrecy.isEmpty) return;
  const running = record.kept !== undefined;
  const left = { toUndo: running || verdict === 'unclean', running };
  await redactFolder(path, secrecy.text, left).catch((thrown: unknown) => {
    complain(`the files of the run still hold secrets, which could not be taken out: ${messageOf(thrown)}`);
  });
}

function savedRun(
  { plan, options, trouble }: Running,
  record: RunRecord,
  { findings, thresholds, beside }: Measured & { beside: number | undefined },
  folder: RunFolder | undefined,
): SavedRun {
  // Every later error is a consequence of this one, or has no effect because of it.
  if (trouble.first !== undefined && record.interrupted === undefined)
    record.error = errorRecord(trouble.first);
  return toSavedRun({
    program: options.program,
    plan,
    record,
    findings,
    thresholds,
    judgement: judge({
      record,
      findings,
      thresholds,
      expect: plan.expect,
      rehearsal: plan.rehearsal === true,
    }),
    command: options.command(record.versions['nats-server']),
    ...(beside === undefined ? {} : { beside }),
    logs: folder === undefined ? [] : logFiles(folder.path),
    redact: secrecy.text,
  });
}

interface Measured {
  findings: Finding[];
  thresholds: ReturnType<typeof measureThresholds>;
}

async function measure(
  { plan, trouble, runId }: Running,
  record: RunRecord,
  folder: string | undefined,
): Promise<Measured> {
  const facts = workloadFacts(plan);
  // A history may be larger than the memory.
  const legible = folder !== undefined && trouble.first?.code !== 'memory';
  const read = legible
    ? await trouble.guard(() => readHistory(folder, runId, facts, trouble.own), 'the history cannot be read')
    : undefined;
  const history: History = read ?? historyOf([], facts);
  const latencies = phaseLatencies(record.phases, history);
  if (read !== undefined) {
    record.workloads = record.workloads.map((one) =>
      withPhaseLatencies(withUnavailability(one, read), latencies),
    );
  }
  // A run that was interrupted or failed was not drained: its history proves neither loss nor the absence of loss.
  const checkable = read !== undefined && record.drain !== undefined && record.harness === undefined;
  const findings = checkable
    ? runChecks(history, plan.checks, { series: record.probes, faults: record.faults })
    : [];
  return {
    findings: [
      ...crashFindings(record),
      ...assertionFindings(record),
      ...withCircumstances(history, findings, record),
    ],
    thresholds: measureThresholds(plan.thresholds, record, history, latencies),
  };
}
