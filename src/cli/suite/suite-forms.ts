import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { addToStepSummary, claim, tried } from '../run/form-files.ts';
import { writeWhole } from '../run/run-folder.ts';

/** Where the other forms of a matrix or a night go; a file each. */
export interface SuiteFormOptions {
  junit?: string;
  markdown?: string;
}

/** The other forms of a matrix or a night. */
export interface SuiteForms {
  junit(): string;
  markdown(): string;
}

/** Writes them after each run, so that what is there counts even when the last run never ends. */
export class SuiteFormWriter {
  readonly #options: SuiteFormOptions;
  readonly #env: NodeJS.ProcessEnv;

  /** @throws ChaosError `usage` when a file cannot be written, before anything is started */
  constructor(options: SuiteFormOptions, env: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#env = env;
    for (const file of [options.junit, options.markdown]) if (file !== undefined) closeSync(claim(file));
  }

  write(forms: SuiteForms): void {
    const { junit, markdown } = this.#options;
    if (junit !== undefined) tried(junit, () => writeWhole(resolve(junit), forms.junit()));
    if (markdown !== undefined) tried(markdown, () => writeWhole(resolve(markdown), forms.markdown()));
  }

  /** The same once more, and for the step summary on GitHub, which can only be added to. */
  end(forms: SuiteForms): void {
    this.write(forms);
    addToStepSummary(forms.markdown(), this.#env);
  }
}
