import { join, relative } from 'node:path';
import { didYouMean } from '../../experiment/source/suggest.ts';
import { paintFor, type Paint } from '../../report/paint.ts';
import { counted } from '../../report/text.ts';
import { ChaosError } from '../../support/errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { aroundMessage } from '../history/around.ts';
import { aroundText } from '../history/around-text.ts';
import { openRun, type OpenedRun } from '../history/open-run.ts';
import type { Operation } from '../history/operation.ts';
import { operationsOf } from '../history/operations.ts';
import { operationsTable } from '../history/table-text.ts';
import { parseWhere } from '../history/where.ts';
import { workloadNames } from '../history/workloads.ts';
import { complain, print, printJsonLine } from '../output.ts';

export interface HistoryOptions {
  out: string;
  workload?: string[];
  /** A stream sequence, or the identity of a message. */
  around?: string;
  where?: string;
  limit?: number;
  json?: boolean;
  /** True for the folder that it goes to by default. */
  parquet?: string | true;
}

/** As many rows as a person reads; `--json` prints all. */
const LIMIT = 100;

/**
 * `chaos history RUN`: shows what happened to messages, or exports all of it.
 *
 * @returns 0, whatever the run's verdict
 */
export async function historyCommand(word: string, options: HistoryOptions): Promise<number> {
  const { around, where, parquet } = options;
  if (parquet !== undefined)
    refuseBeside('--parquet', options, ['around', 'where', 'limit', 'workload', 'json']);
  if (around !== undefined) refuseBeside('--around', options, ['where', 'limit']);
  const condition = where === undefined ? undefined : parseWhere(where);
  const run = await openRun(word, options.out);
  const workloads = chosenWorkloads(run, options.workload);
  if (parquet !== undefined) await exportRun(run, parquet);
  else if (around !== undefined) showAround(run, around, workloads, options);
  else await showOperations(run, workloads, condition ?? (() => true), options);
  if (run.history.torn === true)
    complain('the history ends in the middle of something, which is left out: what wrote it died');
  return ExitCode.pass;
}

function refuseBeside(
  option: string,
  options: HistoryOptions,
  others: readonly (keyof HistoryOptions)[],
): void {
  const other = others.find((name) => options[name] !== undefined);
  if (other !== undefined) throw new ChaosError('usage', `${option} and --${other} exclude each other`);
}

function chosenWorkloads({ history, name }: OpenedRun, wanted: readonly string[] | undefined): string[] {
  const known = workloadNames(history);
  const unknown = wanted?.find((one) => !known.includes(one));
  if (unknown === undefined) return [...(wanted ?? known)];
  throw new ChaosError('usage', `${name} has no workload "${unknown}"${didYouMean(unknown, known)}`, {
    hint: `its workloads: ${known.join(', ')}`,
  });
}

/** After so many lines it is seen whether anybody still reads them. */
const LOOK_EVERY = 1000;

async function showOperations(
  { history }: OpenedRun,
  workloads: readonly string[],
  condition: (operation: Operation) => boolean,
  { json, limit }: HistoryOptions,
): Promise<void> {
  const most = limit ?? (json === true ? Infinity : LIMIT);
  const rows: Operation[] = [];
  let found = 0;
  for (const operation of operationsOf(history, workloads)) {
    if (!condition(operation)) continue;
    found += 1;
    if (found > most) break;
    if (json !== true) rows.push(operation);
    else {
      printJsonLine(operation);
      if (found % LOOK_EVERY !== 0) continue;
      await new Promise(setImmediate);
      if (process.stdout.destroyed) return;
    }
  }
  if (rows.length > 0) print(operationsTable(rows, paint()));
  if (found > most) complain(`only the first ${counted(most, 'operation')}: --limit shows more, --json all`);
  if (found === 0) complain('no operation is like that');
}

function showAround(
  run: OpenedRun,
  around: string,
  workloads: readonly string[],
  { json, workload }: HistoryOptions,
): void {
  const found = aroundMessage(run, around, workload === undefined ? undefined : workloads);
  if (json === true) for (const line of found) printJsonLine(line);
  else print(aroundText(found, paint()));
}

async function exportRun(run: OpenedRun, parquet: string | true): Promise<void> {
  const { exportParquet } = await import('../history/parquet.ts');
  const folder = parquet === true ? join(run.folder, 'parquet') : parquet;
  for (const { file, rows } of exportParquet(run, folder))
    print(`${relative(process.cwd(), file)}: ${counted(rows, 'row')}`);
}

function paint(): Paint {
  return paintFor(process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
}
