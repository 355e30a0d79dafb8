import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { SCHEDULE } from '../../experiment/resolve/space-samples.ts';
import { reasonOf } from '../../explore/reason.ts';
import type { SearchRun } from '../../explore/saved.ts';
import { findingsOf } from '../../explore/search.ts';
import { needsReadings, overlapsOf, signalsOf, type Signal } from '../../explore/signals.ts';
import { signaturesOf, type Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import { systemClock } from '../../support/clock.ts';
import { messageOf } from '../../support/errors.ts';
import { formatDuration } from '../../support/units.ts';
import { loadSavedRun, savedRunNames } from '../report/saved-runs.ts';
import type { CarriedRun, Carrier } from '../suite/carrier.ts';
import type { DrawnRun } from './draw-run.ts';
import { runPath } from './search-folder.ts';

/** A run that has ended, and everything that the search takes from it. */
export interface EndedRun {
  run: SearchRun;
  signals: Signal[];
  overlaps: [string, string][];
  findings: Signature[];
  /** Left out where there is no report. */
  saved?: SavedRun;
}

export interface OneRunOptions {
  /** Of the search. */
  folder: string;
  driver: string | undefined;
  timeoutMs: number;
  carrier: Carrier;
  signal: AbortSignal;
  /** When it fires, a run that still waits for a worker does not begin. */
  withdraw: AbortSignal;
}

/** Carries out one run. @returns null when it was interrupted or withdrawn, and is to be run again */
export async function oneRun(
  drawn: DrawnRun,
  { folder, driver, timeoutMs, carrier, signal, withdraw }: OneRunOptions,
): Promise<EndedRun | null> {
  const startedAt = systemClock.now().toISOString();
  const beganMs = systemClock.monotonicMs();
  const out = join(folder, runPath(drawn.number));
  const { number, path: file, seed } = drawn;
  const end = await carrier.carry(
    { id: String(number), label: `run ${number}`, file, driver, seed, out, timeoutMs },
    { signal, withdraw },
  );
  const { left } = end;
  const ms = Math.round(systemClock.monotonicMs() - beganMs);
  const report = end.result?.folder;
  const saved = report === undefined ? null : readable(report);
  // A report that is here is taken in after a resume too.
  if (saved !== null) await end.release?.();
  if (saved !== null && report !== undefined && saved.verdict !== 'interrupted')
    return endedRun(drawn, folder, saved, relative(folder, resolve(report)), ms);
  if (end.withdrawn === true || (signal.aborted && left.length === 0)) return null;
  const headline = whatHappened(end, timeoutMs);
  const verdict = left.length > 0 || end.result?.verdict === 'unclean' ? 'unclean' : 'error';
  const known = { ...runHead(drawn, folder), startedAt, ms, scheduleMs: 0 };
  return {
    run: { ...known, verdict, headline, novel: [], signatures: [], reason: headline },
    ...{ signals: [], overlaps: [], findings: [] },
  };
}

/** A run whose report is there although the search did not live to take it in; null where there is none. */
export function adoptedRun(drawn: DrawnRun, folder: string): EndedRun | null {
  const out = join(folder, runPath(drawn.number));
  const [name] = existsSync(out) && readdirSync(out).length > 0 ? savedRunNames(out) : [];
  const saved = name === undefined ? null : readable(join(out, name));
  if (name === undefined || saved === null || saved.verdict === 'interrupted') return null;
  return endedRun(drawn, folder, saved, `${runPath(drawn.number)}/${name}`, saved.durationMs);
}

/** The report of a run that has ended; null where there is none any more. */
export function savedOf({ folder }: SearchRun, search: string): SavedRun | null {
  return folder === undefined ? null : readable(join(search, folder));
}

function readable(folder: string): SavedRun | null {
  try {
    return loadSavedRun(folder, needsReadings);
  } catch {
    return null;
  }
}

function endedRun(drawn: DrawnRun, folder: string, saved: SavedRun, report: string, ms: number): EndedRun {
  const findings = findingsOf(saved, signaturesOf);
  const { verdict, headline, startedAt } = saved;
  const schedule = saved.phases.find(({ name }) => name === SCHEDULE);
  const scheduleMs = Math.max(0, (schedule?.endedAt ?? 0) - (schedule?.startedAt ?? 0));
  const inconclusive = verdict !== 'pass' && verdict !== 'fail';
  return {
    run: {
      ...runHead(drawn, folder),
      ...{ verdict, headline, folder: report, startedAt, ms, scheduleMs: Math.round(scheduleMs) },
      ...(saved.reused === undefined ? {} : { reused: saved.reused.runs }),
      novel: [],
      signatures: [],
      ...(inconclusive ? { reason: reasonOf(saved) } : {}),
    },
    signals: signalsOf(saved),
    overlaps: overlapsOf(saved),
    findings,
    saved,
  };
}

function runHead(
  { number, seed, kind, of, change, schedule, path }: DrawnRun,
  folder: string,
): Pick<SearchRun, 'number' | 'seed' | 'kind' | 'of' | 'change' | 'kinds' | 'settings' | 'file'> {
  return {
    ...{ number, seed, kind },
    ...(of === undefined ? {} : { of }),
    ...(change === undefined ? {} : { change }),
    kinds: [...new Set(schedule.events.map((event) => event.kind))],
    settings: schedule.settings.map(({ name, value }) => `${name} ${String(value)}`),
    file: join(relative(folder, dirname(path)), basename(path)),
  };
}

function whatHappened({ timedOut, how, complaints, result, left }: CarriedRun, timeoutMs: number): string {
  const what = timedOut ? `not done within ${formatDuration(timeoutMs)}` : `it ended with ${how}`;
  const said = result?.headline ?? complaints.join(' ');
  const behind = left.length === 0 ? '' : `; chaos recover ${left.join(' ')} takes down what it has left`;
  return `${what}${said === '' ? '' : `: ${said}`}${behind}`;
}

/** A run that cannot even be started does not end the search. */
export function failedRun(drawn: DrawnRun, folder: string, thrown: unknown): EndedRun {
  const reason = messageOf(thrown);
  const startedAt = systemClock.now().toISOString();
  return {
    run: {
      ...runHead(drawn, folder),
      ...{ verdict: 'error', headline: reason, reason, startedAt, ms: 0, scheduleMs: 0 },
      ...{ novel: [], signatures: [] },
    },
    ...{ signals: [], overlaps: [], findings: [] },
  };
}
