import type { ProgressEvent } from '../../history/progress.ts';
import type { LeftOut } from '../left-out.ts';
import type { SavedRun } from '../schema.ts';

/** The event of an NDJSON stream when a run begins. */
export interface StartEvent {
  type: 'start';
  experiment: string;
  title: string;
  file: string;
  seed: number;
  driver: string;
}

/** The event when a run has ended. */
export interface ResultEvent {
  type: 'result';
  experiment: string;
  verdict: SavedRun['verdict'];
  /** The verdict that the experiment is expected to reach. */
  expected?: NonNullable<SavedRun['expected']>;
  exitCode: number;
  headline: string;
  reasons: SavedRun['reasons'];
  /** Folder of the report, when it is known. */
  folder?: string;
}

/** The event for an experiment that is left out: before the first run begins. */
export interface LeftOutEvent extends LeftOut {
  type: 'left-out';
}

export type RunEvent = StartEvent | ProgressEvent | ResultEvent | LeftOutEvent;

/** One event as a line. */
export function renderEvent(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}

export function resultEvent(saved: SavedRun, folder?: string): ResultEvent {
  const { verdict, expected, exitCode, headline, reasons } = saved;
  const experiment = saved.experiment.name;
  return {
    type: 'result',
    experiment,
    verdict,
    ...(expected === undefined ? {} : { expected }),
    exitCode,
    headline,
    reasons,
    ...(folder === undefined ? {} : { folder }),
  };
}

/**
 * The events of a saved run, as they were emitted; the ticks between them only serve live display and are not saved.
 */
export function renderEvents(saved: SavedRun): string {
  const { experiment, seed, driver } = saved;
  const start: StartEvent = {
    type: 'start',
    experiment: experiment.name,
    title: experiment.title,
    file: experiment.file,
    seed,
    driver,
  };
  const lines = saved.timeline.map((entry) => ({ type: 'line', ...entry }) as const);
  return [start, ...lines, resultEvent(saved)].map(renderEvent).join('');
}
