import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';

const QUIET_MS = 30_000;
/** Their files take moments; a line for the end of each, which the default reporter writes, is enough. */
const QUICK_PROJECTS = new Set(['unit', 'browser']);

/**
 * Says on a plain log which file begins, how many of how many that is, and what is still going on when nothing has
 * ended for a while. On a terminal the default reporter shows all that by itself.
 */
export default class ProgressReporter implements Reporter {
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  readonly #running = new Map<string, { name: string; since: number; test?: string }>();
  #total = 0;
  #begun = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (line: string) => void = console.log, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#total = specifications.length;
    this.#begun = 0;
    this.#rest();
  }

  onTestModuleQueued({ id, project, relativeModuleId }: TestModule): void {
    this.#begun += 1;
    const name = `${project.name} ${relativeModuleId}`;
    this.#running.set(id, { name, since: this.#now() });
    if (!QUICK_PROJECTS.has(project.name)) this.#say(`▸ ${this.#begun} of ${this.#total}: ${name}`);
  }

  onTestCaseReady(test: TestCase): void {
    const module = this.#running.get(test.module.id);
    if (module) module.test = test.fullName;
  }

  onTestCaseResult(): void {
    this.#rest();
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.#running.delete(id);
    this.#rest();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
  }

  /** What goes on, one line for each file. */
  still(): string[] {
    return [...this.#running.values()].map(({ name, since, test }) => {
      const seconds = Math.round((this.#now() - since) / 1000);
      return `▸ still running after ${seconds} s: ${name}${test === undefined ? '' : ` > ${test}`}`;
    });
  }

  /** Something has ended: for a while nothing has to be said. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const line of this.still()) this.#say(line);
      this.#rest();
    }, QUIET_MS);
    this.#timer.unref();
  }
}
