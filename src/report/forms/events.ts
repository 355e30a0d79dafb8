import type { ProgressEvent } from '../../history/progress.ts';
import type { SavedRun } from '../schema.ts';

/** What an NDJSON stream of events says when a run begins. */
export interface StartEvent {
  type: 'start';
  experiment: string;
  title: string;
  file: string;
  seed: number;
  driver: string;
}

/** What it says when a run has ended. */
export interface ResultEvent {
  type: 'result';
  experiment: string;
  verdict: SavedRun['verdict'];
  /** The verdict that the experiment is there to reach. */
  expected?: NonNullable<SavedRun['expected']>;
  exitCode: number;
  headline: string;
  reasons: SavedRun['reasons'];
  /** Folder of the report, when it is known. */
  folder?: string;
}

export type RunEvent = StartEvent | ProgressEvent | ResultEvent;

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

/** The events of a saved run as it told them; the ticks between them were for watching and are not kept. */
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
