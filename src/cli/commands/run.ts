import { randomInt } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import { renderSummary } from '../../report/console.ts';
import { resultEvent } from '../../report/forms/events.ts';
import { leftOutLines, leftOutWords, type LeftOut } from '../../report/left-out.ts';
import { SIGNS } from '../../report/paint.ts';
import { createProgress, type Progress, type ProgressMode } from '../../report/progress.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { VERDICT_ORDER } from '../../verdict/verdict.ts';
import { printStack } from '../endings.ts';
import { ExitCode, withoutResult } from '../exit-codes.ts';
import { complain, complainOf, printJsonLine, widthOf, write } from '../output.ts';
import { packageUrl, packageVersion } from '../package.ts';
import { experimentFiles } from '../run/experiment-files.ts';
import { catchInterrupts } from '../run/interrupts.ts';
import type { Planned } from '../run/plan-all.ts';
import { planAvailable } from '../run/plan-available.ts';
import { repeatCommand } from '../run/repeat-command.ts';
import { runExperiment } from '../run/run-experiment.ts';
import { readingMetricsAt } from '../run/metrics-address.ts';
import type { StandingHome } from '../run/standing-home.ts';
import { openWatchers, type Watchers, type WatchOptions } from '../run/watchers.ts';

export interface RunOptions extends WatchOptions {
  /** Of the experiments named only those with one of these tags. */
  tag?: string[];
  nats?: string;
  driver?: string;
  environment?: string;
  seed?: number;
  out: string;
  keep?: boolean;
  rehearse?: boolean;
  freePorts?: boolean;
  skipUnavailable?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/**
 * Validates every file, then runs the experiments one after the other. An experiment that cannot be carried out does
 * not stop the next ones.
 *
 * @returns the exit code of the worst run; inconclusive when every experiment was left out; error when a requested file
 * could not be written
 */
export async function runCommand(files: string[], options: RunOptions): Promise<number> {
  if (options.json === true && options.events === '-')
    throw new ChaosError('usage', '--json and --events - would both write to stdout: give --events a file');
  const { planned, leftOut } = await planAvailable(experimentFiles(files, options.tag), options);
  const watchers = await openWatchers(options, process.env);
  const results: Ended[] = [];
  watchers.leftOut(leftOut, planned.length + leftOut.length);
  try {
    for (const one of planned) {
      const ended = await endOf(one, options, watchers, planned.length > 1);
      results.push(ended);
      if (ended.verdict === 'interrupted') break;
    }
  } finally {
    await watchers.close();
  }
  showLeftOut(leftOut, planned.length, options);
  const badness = ({ verdict }: Ended): number => VERDICT_ORDER.indexOf(verdict);
  // Nothing is proven when nothing was carried out.
  const none = leftOut.length > 0 ? ExitCode.inconclusive : ExitCode.error;
  const code = results.sort((a, b) => badness(b) - badness(a))[0]?.exitCode ?? none;
  return watchers.failed ? withoutResult(code) : code;
}

export type Ended = Pick<SavedRun, 'verdict' | 'exitCode'>;

const ERROR: Ended = { verdict: 'error', exitCode: ExitCode.error };

/** A run without a report is described on stderr only, however it ended. */
export async function endOf(
  one: Planned,
  options: RunOptions,
  watchers: Watchers,
  several: boolean,
  home?: StandingHome,
): Promise<Ended> {
  try {
    return await runPlanned(one, options, watchers, several, home);
  } catch (thrown) {
    printStack(thrown);
    complainOf(asChaosError(thrown, `${one.file}: the run has no report`));
    return ERROR;
  }
}

async function runPlanned(
  { file, plan: planned, loaded }: Planned,
  options: RunOptions,
  watchers: Watchers,
  several: boolean,
  home: StandingHome | undefined,
): Promise<SavedRun> {
  const { metricsPort } = loaded.experiment.value;
  const ownMetrics =
    metricsPort === undefined || metricsPort === options.metricsPort
      ? undefined
      : await watchers.serveAlso(metricsPort, options.freePorts === true);
  const plan = ownMetrics === undefined ? planned : readingMetricsAt(planned, metricsPort, ownMetrics.url);
  const mode = progressMode(options);
  const color = process.env.NO_COLOR === undefined;
  const progress: Progress = createProgress(mode, options.json === true ? process.stdout : process.stderr, {
    color,
  });
  const interrupts = catchInterrupts(() => {
    complain('\nalready undoing everything; please wait');
  });
  const seed = options.seed ?? randomInt(2 ** 31);
  if (several && mode !== 'quiet' && mode !== 'json') complain(`\n${plan.experiment.title}`);
  watchers.begin({
    experiment: plan.experiment.name,
    title: plan.experiment.title,
    file: plan.experiment.file,
    environment: plan.environment.name,
    driver: plan.driver,
    nats: loaded.environment.value.nats,
    seed,
  });
  try {
    const { saved, folder, trouble } = await runExperiment(plan, {
      out: options.out,
      seed,
      keep: options.keep === true,
      freePorts: options.freePorts === true,
      command: (ran) => repeatCommand({ ...options, file }, seed, loaded.environment.value.nats, ran),
      program: { name: 'nats-chaos', version: packageVersion() },
      guardian: packageUrl('dist/cli/guardian.js'),
      thread: packageUrl('dist/threads/thread.js'),
      signal: interrupts.signal,
      listener: (event) => {
        progress.event(event);
        watchers.event(event);
      },
      servers: (servers) => watchers.servers(servers),
      home,
    });
    progress.end();
    const shown = folder && relative(process.cwd(), folder);
    if (trouble !== undefined) reportTrouble(trouble, folder, options.out);
    show(saved, shown, options, color);
    await watchers.finished(saved, shown);
    return saved;
  } finally {
    progress.end();
    interrupts.release();
    await ownMetrics?.close();
  }
}

/** The message also names the verdict, because readers look for it in a report. */
function reportTrouble(trouble: ChaosError, folder: string | undefined, out: string): void {
  complainOf(trouble);
  if (folder === undefined)
    complain('there is no report: it can be written neither where it belongs nor elsewhere');
  else if (dirname(folder) !== resolve(out)) complain(`the report is elsewhere: ${folder}`);
}

function show(saved: SavedRun, folder: string | undefined, options: RunOptions, color: boolean): void {
  if (options.json === true) {
    printJsonLine(resultEvent(saved, folder));
    return;
  }
  // Events on stdout must not be mixed with anything else.
  const out = options.events === '-' ? 'stderr' : 'stdout';
  if (options.quiet === true) {
    const { verdict, experiment, headline } = saved;
    write(`${verdict}  ${experiment.name}: ${headline} (${folder ?? 'no report'})\n`, out);
    return;
  }
  const { isTTY } = process[out];
  const plain = !isTTY || !color;
  const text = renderSummary(saved, {
    color: color && isTTY,
    width: widthOf(process[out], 100),
    plain,
    ...(folder === undefined ? {} : { folder }),
  });
  write(text, out);
}

/** Printed last, so that nobody overlooks it. */
function showLeftOut(leftOut: readonly LeftOut[], ran: number, options: RunOptions): void {
  if (leftOut.length === 0) return;
  if (options.json === true) {
    for (const one of leftOut) printJsonLine({ type: 'left-out', ...one });
    return;
  }
  const lines = [
    leftOutWords(leftOut, ran + leftOut.length),
    ...leftOutLines(leftOut).map((line) => `  ${line}`),
    ...(ran === 0
      ? [`${SIGNS.inconclusive} INCONCLUSIVE  nothing was carried out, so nothing is proven`]
      : []),
  ];
  write(`\n${lines.join('\n')}\n`, options.events === '-' ? 'stderr' : 'stdout');
}

function progressMode(options: RunOptions): ProgressMode {
  if (options.json === true) return 'json';
  if (options.quiet === true) return 'quiet';
  return process.stderr.isTTY && process.env.NO_COLOR === undefined ? 'tty' : 'plain';
}
