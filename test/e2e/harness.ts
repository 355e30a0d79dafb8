import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { leftOf, processesNaming } from '../../src/drivers/undo/reap.ts';
import { isStopped } from '../../src/drivers/process/server-process.ts';
import { holdPorts } from '../../src/drivers/servers/ports.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { until } from '../../src/support/deadline.ts';

const PROGRAM = resolve('dist/cli/main.js');

interface TimelineLine {
  type: string;
  kind?: string;
  text?: string;
}

/** A folder of its own for a test: files, reports, and the only place where the program may put temporary things. */
export class Workbench {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-e2e-'));
  readonly temp = join(this.folder, 'tmp');
  readonly #runs: ProgramRun[] = [];

  constructor() {
    for (const name of ['tmp', 'experiments', 'environments']) mkdirSync(join(this.folder, name));
  }

  /** JSON is YAML, so files are written from plain data. @returns the path */
  experiment(content: Record<string, unknown>): string {
    const path = join(this.folder, 'experiments', `${String(content.name)}.yaml`);
    writeFileSync(path, JSON.stringify(content, null, 2));
    return path;
  }

  environment(content: Record<string, unknown>): void {
    writeFileSync(
      join(this.folder, 'environments', `${String(content.name)}.yaml`),
      JSON.stringify(content, null, 2),
    );
  }

  run(file: string, ...options: string[]): ProgramRun {
    return this.runIn({}, file, ...options);
  }

  /** With these variables in its environment. */
  runIn(env: NodeJS.ProcessEnv, file: string, ...options: string[]): ProgramRun {
    return this.runBehind([], env, file, ...options);
  }

  /** Behind another command, which changes what the program sees of the machine. */
  runBehind(
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    file: string,
    ...options: string[]
  ): ProgramRun {
    const out = join(this.folder, 'reports');
    const run = new ProgramRun(['run', file, '--out', out, '--json', ...options], this.temp, env, command);
    this.#runs.push(run);
    return run;
  }

  /** Waits until nothing of the program is left: no process, no temporary folder. @returns what is left */
  async leftovers(): Promise<string[]> {
    const look = (): string[] => [
      // Of the whole folder: a guardian that still completes a report is one of them.
      ...leftOf(this.folder),
      ...readdirSync(this.temp).map((name) => `temporary ${name}`),
    ];
    await until(() => Promise.resolve(look().length === 0), {
      timeoutMs: 15_000,
      what: 'nothing left',
    }).catch(() => null);
    return look();
  }

  /** The process id of a run's own server of a node of the cluster c: it names the node's configuration in this folder. */
  serverOf(node: string): number {
    const found = processesNaming(this.temp).find((pid) => commandOf(pid).includes(`/c.${node}.conf`));
    if (found === undefined) throw new Error(`the run has no server ${node}`);
    return found;
  }

  remove(): void {
    // One that a failed test has left would disturb the next; it undoes everything before it ends.
    for (const { child } of this.#runs)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface EndedRun {
  code: number;
  report: SavedRun;
  /** Of the run. */
  folder: string;
  timeline: string;
}

/** The built program, running; its story is read as it comes. */
export class ProgramRun {
  readonly child: ChildProcess;
  readonly lines: TimelineLine[] = [];
  readonly #exit: Promise<number>;
  /** What it has written to stderr so far. */
  stderr = '';

  constructor(args: string[], temp: string, env: NodeJS.ProcessEnv = {}, behind: readonly string[] = []) {
    const [command = '', ...rest] = [...behind, process.execPath, PROGRAM, ...args];
    this.child = spawn(command, rest, {
      env: { ...process.env, TMPDIR: temp, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    const reader = createInterface({ input: this.child.stdout! });
    reader.on('line', (line) => this.lines.push(JSON.parse(line) as TimelineLine));
    const closed = new Promise<void>((done) => reader.once('close', done));
    this.#exit = new Promise((done) =>
      this.child.once('exit', (code) => void closed.then(() => done(code ?? -1))),
    );
  }

  /** Waits for a line of the story. @throws when the program ends before it comes */
  async sees(pattern: RegExp, timeoutMs = 90_000): Promise<void> {
    await until(
      () => {
        const found = this.lines.some((line) => pattern.test(line.text ?? ''));
        if (!found && this.child.exitCode !== null) throw new Ended(this.timeline());
        return Promise.resolve(found);
      },
      {
        timeoutMs,
        what: `a line like ${String(pattern)}\n${this.timeline()}`,
        fatal: (error) => error instanceof Ended,
      },
    );
  }

  /** Kills the runner and its guardian. It is stopped first: a runner that lives replaces a guardian that dies. */
  async diesWith(guardians: readonly number[]): Promise<void> {
    this.child.kill('SIGSTOP');
    await until(() => Promise.resolve(isStopped(this.child.pid ?? 0)), {
      timeoutMs: 20_000,
      everyMs: 5,
      what: 'the runner to be stopped',
    });
    for (const pid of guardians) process.kill(pid, 'SIGKILL');
    this.child.kill('SIGKILL');
  }

  async ends(): Promise<EndedRun> {
    const code = await this.#exit;
    const result = this.lines.find((line) => line.type === 'result') as { folder?: string } | undefined;
    if (result?.folder === undefined)
      throw new Error(`no result (exit ${code})\n${this.timeline()}\n${this.stderr}`);
    const folder = resolve(result.folder);
    if (!existsSync(join(folder, 'report.html'))) throw new Error(`no report.html in ${folder}`);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as SavedRun;
    return { code, report, folder, timeline: this.timeline() };
  }

  timeline(): string {
    return this.lines
      .flatMap((line) => (line.text === undefined ? [] : [`${line.kind ?? ''}: ${line.text}`]))
      .join('\n');
  }
}

class Ended extends Error {
  constructor(timeline: string) {
    super(`the program ended before that line came:\n${timeline}`);
  }
}

/** A cluster of three with one stream and one consumer, its first client port known to the test. */
export async function smallEnvironment(
  extra: Record<string, unknown> = {},
): Promise<{ file: Record<string, unknown>; port: number }> {
  const port = await threeFreePorts();
  const file = {
    name: 'small',
    title: 'One cluster of three',
    nats: process.env.CHAOS_TEST_NATS ?? '2.12',
    clusters: { c: { nodes: ['n1', 'n2', 'n3'], ports: { client: port } } },
    streams: { 'c/s': { subjects: ['s.>'], replicas: 3 } },
    consumers: { 'c/s/worker': { ackWait: '30s' } },
    ...extra,
  };
  return { file, port };
}

/** What a struck node had delivered comes again soon: the drain waits for it. */
export const soonAgain = { consumers: { 'c/s/worker': { ackWait: '5s' } } };

/** The first of three ports in a row that nobody listens on. */
export async function threeFreePorts(): Promise<number> {
  for (;;) {
    const ports = holdPorts();
    try {
      const first = await ports.free();
      for (const next of [first + 1, first + 2]) await ports.declared(next, 'test', false);
      return first;
    } catch {
      continue;
    } finally {
      await ports.release();
    }
  }
}

/** An experiment on it that passes as it stands. */
export function smallExperiment(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'small',
    title: 'A cluster that nobody touches loses nothing',
    environment: 'small',
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '5ms' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '20s' }],
    method: [
      {
        phase: 'work',
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
        within: '30s',
      },
    ],
    checks: [
      { kind: 'no-loss', published: 'publisher', received: ['worker'] },
      { kind: 'no-duplicates', received: ['worker'] },
      { kind: 'ordered', received: ['worker'] },
    ],
    ...over,
  };
}

/** Empty for a process that has ended since it was found. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
