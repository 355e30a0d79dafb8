import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';
import type { Matrix } from '../../src/matrix/matrix.ts';
import type { Connection } from '../../src/nats/connect.ts';
import { until } from '../../src/support/deadline.ts';
import type { TestCluster } from '../support/nats-cluster.ts';
import type { Workbench } from './harness.ts';

const PROGRAM = resolve('dist/cli/main.js');

/** A command of the built program that goes on, and what it has said so far. */
export class Going {
  readonly child: ChildProcess;
  said = '';
  readonly ends: Promise<number>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.said += String(chunk)));
    this.ends = new Promise((done) => this.child.once('close', (code) => done(code ?? -1)));
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** @throws when it ends before */
  async says(pattern: RegExp, timeoutMs = 120_000): Promise<void> {
    const look = (): boolean => {
      if (pattern.test(this.said)) return true;
      if (this.isOver) throw new Over(this.said);
      return false;
    };
    await until(() => Promise.resolve(look()), {
      ...{ timeoutMs, everyMs: 20, what: `${String(pattern)} in\n${this.said}` },
      fatal: (thrown) => thrown instanceof Over,
    }).catch((thrown: unknown) => {
      throw new Error(`${String(pattern)} was not said:\n${this.said}`, { cause: thrown });
    });
  }
}

class Over extends Error {}

/** Workers and askers on one queue, all of them processes of their own. */
export class Fleet {
  readonly #bench: Workbench;
  readonly #queue: TestCluster;
  readonly #going: Going[] = [];

  constructor(bench: Workbench, queue: TestCluster) {
    this.#bench = bench;
    this.#queue = queue;
  }

  get workersFolder(): string {
    return join(this.#bench.folder, 'workers');
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Going {
    const queue = this.#queue.addresses.map((address) => `nats://${address}`).join(',');
    const going = new Going([...args, '--queue', queue], {
      ...process.env,
      ...{ TMPDIR: this.#bench.temp, NO_COLOR: '1' },
      ...env,
    });
    this.#going.push(going);
    return going;
  }

  /** Resolves once it takes runs. */
  async worker(...options: string[]): Promise<Going> {
    const worker = this.start([
      ...['worker', '--out', this.workersFolder, '--allow-driver', 'process'],
      ...options,
    ]);
    await worker.says(/worker \S+ with/);
    return worker;
  }

  matrix(args: readonly string[], env: NodeJS.ProcessEnv = {}): Going {
    return this.start(['matrix', '--out', this.#matrices, ...args], env);
  }

  /** As it is saved. */
  theMatrix(): { folder: string; state: Matrix } {
    const [name] = readdirSync(this.#matrices);
    const folder = join(this.#matrices, name ?? '');
    return { folder, state: JSON.parse(readFileSync(join(folder, 'matrix.json'), 'utf8')) as Matrix };
  }

  /** Folders of runs that were not finished, or not taken down, on any worker. */
  unfinished(): string[] {
    if (!existsSync(this.workersFolder)) return [];
    const all = readdirSync(this.workersFolder, { recursive: true, encoding: 'utf8' });
    return all.filter((path) => /(^|\/)\.running-[^/]*$/.test(path));
  }

  /** Ends what is left, and waits until it has ended. */
  async dispose(): Promise<void> {
    for (const one of this.#going) if (!one.isOver) one.child.kill('SIGTERM');
    await Promise.all(this.#going.map(({ ends }) => ends));
  }

  get #matrices(): string {
    return join(this.#bench.folder, 'matrices');
  }
}

/** One server, which a worker has in seconds. */
export const tinyEnvironment = {
  name: 'tiny',
  title: 'One server',
  nats: process.env.CHAOS_TEST_NATS ?? '2.12',
  clusters: { c: { nodes: ['n1'] } },
  streams: { 'c/s': { subjects: ['s.>'], replicas: 1 } },
  consumers: { 'c/s/worker': { ackWait: '5s' } },
};

/** Passes; its fault goes on for as long as is said. */
export function tinyExperiment(name: string, lasts: string): Record<string, unknown> {
  return {
    name,
    title: 'A server that is paused loses nothing',
    environment: 'tiny',
    maxNodesDown: 1,
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '5ms' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 1, within: '20s' }],
    method: [
      { phase: 'paused', faults: [{ kind: 'pause', nodes: 'c/n1' }], for: lasts },
      {
        phase: 'back',
        until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
        within: '60s',
      },
    ],
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
  };
}

/** Everything that goes over the queue, as one sees it who may read all of its messages. */
export class Wire {
  readonly #connection: Connection;
  readonly #chunks: Buffer[] = [];

  private constructor(connection: Connection) {
    this.#connection = connection;
    void this.#read();
  }

  static async of(queue: TestCluster): Promise<Wire> {
    return new Wire(await queue.connect('wire'));
  }

  /** With what was compressed: bundles and reports come in one piece where they are small. */
  seen(): string {
    const whole = Buffer.concat(this.#chunks);
    return [unpacked(whole), ...this.#chunks.map(unpacked)].join('\n');
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #read(): Promise<void> {
    for await (const message of this.#connection.subscribe('>')) this.#chunks.push(Buffer.from(message.data));
  }
}

/** A text, with what is compressed in it: from each beginning of gzip on, as far as it goes. */
export function unpacked(bytes: Buffer): string {
  const texts = [bytes.toString('latin1')];
  for (let at = bytes.indexOf(GZIP); at >= 0; at = bytes.indexOf(GZIP, at + 1)) {
    const part = inflated(bytes.subarray(at));
    if (part !== '') texts.push(part);
  }
  return texts.join('\n');
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08, 0]);
const GZIP_HEADER_BYTES = 10;

function inflated(bytes: Buffer): string {
  try {
    // What follows the end, or is missing there, is no reason to see nothing.
    return inflateRawSync(bytes.subarray(GZIP_HEADER_BYTES), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).toString('latin1');
  } catch {
    return '';
  }
}
