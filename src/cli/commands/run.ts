import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { type Redactor } from '../../experiment/secrets.ts';
import type { ProgressEvent } from '../../history/progress.ts';
import { renderSummary } from '../../report/console.ts';
import { renderEvent, resultEvent } from '../../report/forms/events.ts';
import { createProgress, type Progress, type ProgressMode } from '../../report/progress.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { VERDICT_ORDER } from '../../verdict/verdict.ts';
import { ExitCode } from '../exit-codes.ts';
import { packageUrl, packageVersion } from '../package.ts';
import { experimentFiles } from '../run/experiment-files.ts';
import { catchInterrupts } from '../run/interrupts.ts';
import { planAll, type Planned } from '../run/plan-all.ts';
import { repeatCommand } from '../run/repeat-command.ts';
import { runExperiment } from '../run/run-experiment.ts';
import { openWatchers, type Watchers, type WatchOptions } from '../run/watchers.ts';

export interface RunOptions extends WatchOptions {
  nats?: string;
  driver?: string;
  environment?: string;
  seed?: number;
  out: string;
  keep?: boolean;
  freePorts?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** Validates every file, then runs one experiment after the other. @returns the exit code of the worst */
export async function runCommand(files: string[], options: RunOptions): Promise<number> {
  if (options.json === true && options.events === '-')
    throw new ChaosError('usage', '--json and --events - would both write to stdout: give --events a file');
  const planned = planAll(experimentFiles(files), options);
  const watchers = await openWatchers(options, process.env);
  const results: SavedRun[] = [];
  try {
    for (const one of planned) {
      const saved = await runPlanned(one, options, watchers, planned.length > 1);
      results.push(saved);
      if (saved.verdict === 'interrupted') break;
    }
  } finally {
    await watchers.close();
  }
  const badness = (saved: SavedRun): number => VERDICT_ORDER.indexOf(saved.verdict);
  return results.sort((a, b) => badness(b) - badness(a))[0]?.exitCode ?? ExitCode.error;
}

async function runPlanned(
  { file, plan, loaded }: Planned,
  options: RunOptions,
  watchers: Watchers,
  several: boolean,
): Promise<SavedRun> {
  const mode = progressMode(options);
  const color = process.env.NO_COLOR === undefined;
  const progress: Progress = createProgress(mode, options.json === true ? process.stdout : process.stderr, {
    color,
  });
  const interrupts = catchInterrupts(() => {
    process.stderr.write('\nalready undoing everything; please wait\n');
  });
  const seed = options.seed ?? randomInt(2 ** 31);
  if (several && mode !== 'quiet' && mode !== 'json') process.stderr.write(`\n${plan.experiment.title}\n`);
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
    const { saved, folder } = await runExperiment(plan, {
      out: options.out,
      seed,
      keep: options.keep === true,
      freePorts: options.freePorts === true,
      command: (ran) => repeatCommand({ ...options, file }, seed, loaded.environment.value.nats, ran),
      program: { name: 'nats-chaos', version: packageVersion() },
      guardian: packageUrl('dist/cli/guardian.js'),
      redact: loaded.redact,
      signal: interrupts.signal,
      listener: (event) => {
        const told = redactEvent(event, loaded.redact);
        progress.event(told);
        watchers.event(told);
      },
    });
    progress.end();
    const shown = relative(process.cwd(), folder);
    show(saved, shown, options, color);
    await watchers.finished(saved, shown);
    return saved;
  } finally {
    progress.end();
    interrupts.release();
  }
}

/** Its texts without secrets; the words of its form stay, even where a secret is one of them. */
function redactEvent(event: ProgressEvent, redact: Redactor): ProgressEvent {
  const hide = (key: string, value: unknown): unknown =>
    typeof value === 'string' && key !== 'type' && key !== 'kind' ? redact(value) : value;
  return JSON.parse(JSON.stringify(event), hide) as ProgressEvent;
}

function show(saved: SavedRun, folder: string, options: RunOptions, color: boolean): void {
  if (options.json === true) {
    process.stdout.write(renderEvent(resultEvent(saved, folder)));
    return;
  }
  // Whoever reads events from stdout gets nothing else there.
  const out = options.events === '-' ? process.stderr : process.stdout;
  if (options.quiet === true) {
    const { verdict, experiment, headline } = saved;
    out.write(`${verdict}  ${experiment.name}: ${headline} (${folder})\n`);
    return;
  }
  const { isTTY, columns } = out;
  const plain = !isTTY || !color;
  const text = renderSummary(saved, { color: color && isTTY, width: isTTY ? columns : 100, plain, folder });
  out.write(text);
}

function progressMode(options: RunOptions): ProgressMode {
  if (options.json === true) return 'json';
  if (options.quiet === true) return 'quiet';
  return process.stderr.isTTY && process.env.NO_COLOR === undefined ? 'tty' : 'plain';
}
