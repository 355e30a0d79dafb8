import { closeSync, writeFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { renderAnnotations } from '../../report/forms/annotations.ts';
import { renderEvent, resultEvent, type RunEvent } from '../../report/forms/events.ts';
import { renderJunit } from '../../report/forms/junit.ts';
import { renderMarkdown } from '../../report/forms/markdown.ts';
import { leftOutMarkdown, type LeftOut } from '../../report/left-out.ts';
import type { SavedRun } from '../../report/schema.ts';
import { systemClock } from '../../support/clock.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { printJsonLine, write } from '../output.ts';
import { Attempts } from './attempts.ts';
import { addToStepSummary, claim, writeForm } from './form-files.ts';
import type { RunWatcher, StartedRun } from '../run/watcher.ts';

/** The file for each other form of the runs. */
export interface FormOptions {
  junit?: string;
  markdown?: string;
  /** NDJSON; `-` is stdout. */
  events?: string;
}

/**
 * Writes the other forms of the runs: events as they happen, the rest after each run, so that they are usable even when
 * a later run never ends. A form that cannot be written is reported, changes no verdict, and makes the command fail in
 * the end.
 */
export class FormWriter implements RunWatcher {
  readonly #options: FormOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #runs: SavedRun[] = [];
  readonly #attempts = new Attempts();
  readonly #startedAt = systemClock.now().toISOString();
  #leftOut: readonly LeftOut[] = [];
  #events: number | 'stdout' | null = null;

  /** @throws ChaosError when a file cannot be written, before anything is started */
  constructor(options: FormOptions, env: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#env = env;
    for (const file of [options.junit, options.markdown]) if (file !== undefined) closeSync(claim(file));
    if (options.events === '-') {
      this.#events = 'stdout';
    } else if (options.events !== undefined) {
      this.#events = claim(options.events);
    }
  }

  event(event: RunEvent): void {
    const to = this.#events;
    if (to === null) return;
    if (to === 'stdout') printJsonLine(event);
    else if (!this.#attempts.try(() => writeEvent(to, renderEvent(event), this.#options.events)))
      this.#dropEvents(to);
  }

  get failed(): boolean {
    return this.#attempts.failed;
  }

  leftOut(leftOut: readonly LeftOut[], all: number): void {
    if (leftOut.length === 0) return;
    this.#leftOut = leftOut;
    for (const one of leftOut) this.event({ type: 'left-out', ...one });
    // If nothing else is carried out, this is the whole content.
    this.#write();
    addToStepSummary(leftOutMarkdown(leftOut, all), this.#env);
  }

  begin({ experiment, title, file, seed, driver }: StartedRun): void {
    this.event({ type: 'start', experiment, title, file, seed, driver });
  }

  finished(saved: SavedRun, folder: string | undefined): void {
    this.event(resultEvent(saved, folder));
    this.#runs.push(saved);
    this.#write();
    this.#attempts.try(() => addToStepSummary(renderMarkdown([saved]), this.#env));
    // On stderr, which GitHub reads too: stdout is for the result.
    if (this.#env['GITHUB_ACTIONS'] === 'true') {
      write(
        renderAnnotations(saved, (file) => inRepository(file, this.#env)),
        'stderr',
      );
    }
  }

  #write(): void {
    const { junit, markdown } = this.#options;
    const [runs, leftOut] = [this.#runs, this.#leftOut];
    if (junit !== undefined)
      this.#attempts.try(() => writeForm(junit, renderJunit(runs, leftOut, this.#startedAt)));
    if (markdown !== undefined) this.#attempts.try(() => writeForm(markdown, renderMarkdown(runs, leftOut)));
  }

  close(): void {
    if (typeof this.#events === 'number') this.#dropEvents(this.#events);
    this.#events = null;
  }

  #dropEvents(fd: number): void {
    this.#events = null;
    // Some file systems report a full disk only when the file is closed.
    this.#attempts.try(() => closeSync(fd));
  }
}

function writeEvent(fd: number, line: string, file = ''): void {
  try {
    writeFileSync(fd, line);
  } catch (thrown) {
    throw asChaosError(thrown, `the events (${file}) cannot be written`);
  }
}

/** GitHub identifies files by their path from the root of the repository. */
export function inRepository(file: string, env: NodeJS.ProcessEnv): string {
  const root = env['GITHUB_WORKSPACE'];
  if (root === undefined || root === '') return file;
  const path = relative(root, resolve(file));
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}
