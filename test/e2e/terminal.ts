import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../src/support/deadline.ts';

/** A program at a terminal of its own: what is typed reaches it as keys, and what it shows is kept. */
export class Terminal {
  readonly #child: ChildProcess;
  #shown = '';

  constructor(command: string, options: { cwd: string; env?: NodeJS.ProcessEnv }) {
    this.#child = spawn('script', ['-qfec', command, '/dev/null'], {
      cwd: options.cwd,
      env: { ...process.env, TERM: 'dumb', ...options.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#shown += chunk.toString()));
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** What has been shown so far, without the sequences that move the cursor. */
  get shown(): string {
    return this.#shown.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '');
  }

  async sees(pattern: RegExp): Promise<void> {
    await until(() => Promise.resolve(pattern.test(this.shown)), {
      timeoutMs: 20_000,
      what: `${String(pattern)} on the terminal`,
    }).catch((thrown: unknown) => {
      throw new Error(`${String(thrown)}\n${this.shown}`);
    });
  }

  /** Waits until the program has ended by itself. @returns its exit code */
  async ends(): Promise<number> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode ?? -1;
  }

  /** Ends it whatever it is doing: with its terminal gone, nobody is left to wait for. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    this.#child.kill('SIGKILL');
    await this.ends();
  }
}
