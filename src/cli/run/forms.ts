import { closeSync, writeSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { renderAnnotations } from '../../report/forms/annotations.ts';
import { renderEvent, resultEvent, type RunEvent } from '../../report/forms/events.ts';
import { renderJunit } from '../../report/forms/junit.ts';
import { renderMarkdown } from '../../report/forms/markdown.ts';
import type { SavedRun } from '../../report/schema.ts';
import { addToStepSummary, claim, tried } from './form-files.ts';
import { writeWhole } from './run-folder.ts';
import type { RunWatcher, StartedRun } from './watcher.ts';

/** Where the other forms of the runs go; a file each. */
export interface FormOptions {
  junit?: string;
  markdown?: string;
  /** NDJSON; `-` is stdout. */
  events?: string;
}

/**
 * Writes the other forms of runs: events as they come, the rest after each run, so that what is there counts even when
 * a later run never ends. What cannot be written is complained about, and changes no verdict.
 */
export class FormWriter implements RunWatcher {
  readonly #options: FormOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #runs: SavedRun[] = [];
  #events: number | 'stdout' | null = null;

  /** @throws ChaosError `usage` when a file cannot be written, before anything is started */
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
    if (to === 'stdout') process.stdout.write(renderEvent(event));
    else if (!tried('the events', () => writeSync(to, renderEvent(event)))) this.#events = null;
  }

  begin({ experiment, title, file, seed, driver }: StartedRun): void {
    this.event({ type: 'start', experiment, title, file, seed, driver });
  }

  finished(saved: SavedRun, folder: string): void {
    this.event(resultEvent(saved, folder));
    this.#runs.push(saved);
    const { junit, markdown } = this.#options;
    if (junit !== undefined) tried(junit, () => writeWhole(resolve(junit), renderJunit(this.#runs)));
    if (markdown !== undefined)
      tried(markdown, () => writeWhole(resolve(markdown), renderMarkdown(this.#runs)));
    addToStepSummary(renderMarkdown([saved]), this.#env);
    // On stderr, which GitHub reads as well: stdout is for the result.
    if (this.#env['GITHUB_ACTIONS'] === 'true') {
      process.stderr.write(renderAnnotations(saved, (file) => inRepository(file, this.#env)));
    }
  }

  close(): void {
    if (typeof this.#events === 'number') closeSync(this.#events);
    this.#events = null;
  }
}

/** GitHub knows files by their path from the root of the repository. */
export function inRepository(file: string, env: NodeJS.ProcessEnv): string {
  const root = env['GITHUB_WORKSPACE'];
  if (root === undefined || root === '') return file;
  const path = relative(root, resolve(file));
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}
