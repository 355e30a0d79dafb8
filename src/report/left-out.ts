import type { JunitSuite } from './forms/junit-text.ts';
import { inline } from './forms/markdown-text.ts';
import { counted, printable } from './text.ts';

/**
 * An experiment that was requested and not carried out, because this machine lacks something for it
 * (`--skip-unavailable`).
 */
export interface LeftOut {
  experiment: string;
  title: string;
  file: string;
  /** What is missing, in words. */
  reason: string;
}

/** `2 of 5 experiments left out, as they cannot be carried out here`. @param all that were requested */
export function leftOutWords(leftOut: readonly LeftOut[], all: number): string {
  const verb = leftOut.length === 1 ? 'it cannot' : 'they cannot';
  return `${leftOut.length} of ${counted(all, 'experiment')} left out, as ${verb} be carried out here`;
}

/** A line for each. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ experiment, reason }) => printable(`${experiment}: ${reason}`));
}

/**
 * A test suite for each, with one test case that is skipped; when nothing was carried out at all it is an error,
 * because then nothing is proven.
 */
export function leftOutSuites(
  leftOut: readonly LeftOut[],
  startedAt: string,
  nothingRan: boolean,
): JunitSuite[] {
  return leftOut.map(({ experiment, title, file, reason }) => ({
    name: experiment,
    durationMs: 0,
    startedAt,
    properties: { title },
    cases: [
      {
        classname: experiment,
        name: 'left out',
        durationMs: 0,
        file,
        line: 1,
        problem: { kind: nothingRan ? 'error' : 'skipped', type: 'unavailable', message: reason, text: '' },
      },
    ],
  }));
}

/** As Markdown, under a heading of its own. */
export function leftOutMarkdown(leftOut: readonly LeftOut[], all: number): string {
  if (leftOut.length === 0) return '';
  const items = leftOutLines(leftOut).map((line) => `- ${inline(line)}`);
  return `## – ${inline(leftOutWords(leftOut, all))}\n\n${items.join('\n')}\n`;
}
