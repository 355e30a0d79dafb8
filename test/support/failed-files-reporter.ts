import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Writes the files that failed into a file, one a line: the project, a space, and the path. */
export default class FailedFilesReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules
      .filter((module) => !module.ok())
      .map(({ project, relativeModuleId }) => `${project.name} ${relativeModuleId}\n`);
    writeFileSync(this.#file, lines.join(''));
  }
}
