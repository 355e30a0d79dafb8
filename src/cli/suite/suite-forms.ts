import { closeSync } from 'node:fs';
import { Attempts } from '../forms/attempts.ts';
import { addToStepSummary, claim, writeForm } from '../forms/form-files.ts';

/** The file for each other form of a matrix or a nightly run. */
export interface SuiteFormOptions {
  junit?: string;
  markdown?: string;
}

/** The other forms of a matrix or a nightly run. */
export interface SuiteForms {
  junit(): string;
  markdown(): string;
}

/** Writes them after each run, so that they are usable even when the last run never ends. */
export class SuiteFormWriter {
  readonly #options: SuiteFormOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #attempts = new Attempts();

  /** @throws ChaosError when a file cannot be written, before anything is started */
  constructor(options: SuiteFormOptions, env: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#env = env;
    for (const file of [options.junit, options.markdown]) if (file !== undefined) closeSync(claim(file));
  }

  write(forms: SuiteForms): void {
    const { junit, markdown } = this.#options;
    if (junit !== undefined) this.#attempts.try(() => writeForm(junit, forms.junit()));
    if (markdown !== undefined) this.#attempts.try(() => writeForm(markdown, forms.markdown()));
  }

  /** Whether one of them could not be written: the command then fails. */
  get failed(): boolean {
    return this.#attempts.failed;
  }

  /** The same once more, and for GitHub's step summary, to which text can only be added. */
  end(forms: SuiteForms): void {
    this.write(forms);
    this.#attempts.try(() => addToStepSummary(forms.markdown(), this.#env));
  }
}
