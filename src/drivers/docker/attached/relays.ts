import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withDeadline } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import { packageFolder } from '../../../support/package-folder.ts';
import type { RelayEntryPoint } from './relay-entry-point.ts';

interface Relay {
  pid: number;
  child: ChildProcess;
  ready: Promise<void>;
}

/** The program of a relay, as a path in `src` and in `dist`, without its ending. */
export const RELAY = 'drivers/docker/attached/relay';

const READY_MS = 5_000;

/** The runner's own processes in the network namespaces of containers, to observe links from inside. */
export class Relays {
  readonly #folder: string;
  readonly #relays = new Map<string, Relay>();
  #count = 0;

  /** @param folder of their sockets; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path for an entry point. */
  path(): string {
    return join(this.#folder, `${(this.#count += 1)}.sock`);
  }

  /**
   * Makes sure that a container's relay runs; a restarted container has another namespace, and gets a new relay.
   *
   * @param pid of the container's first process
   */
  async open(container: string, pid: number, entryPoints: readonly RelayEntryPoint[]): Promise<void> {
    const known = this.#relays.get(container);
    if (known?.pid === pid && known.child.exitCode === null) return known.ready;
    known?.child.kill('SIGKILL');
    const relay = this.#start(pid, entryPoints);
    this.#relays.set(container, relay);
    await withDeadline(relay.ready, READY_MS, `the relay in the network namespace of process ${pid}`);
  }

  async stop(): Promise<void> {
    const ended = [...this.#relays.values()].map(
      ({ child }) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve();
          child.once('exit', () => resolve());
          child.stdin?.end();
        }),
    );
    this.#relays.clear();
    await Promise.all(ended);
  }

  #start(pid: number, entryPoints: readonly RelayEntryPoint[]): Relay {
    const program = join(packageFolder(), 'dist', `${RELAY}.js`);
    if (!existsSync(program))
      throw new ChaosError('unavailable', `the relay's program is missing: ${program}`, {
        hint: 'run npm run build',
      });
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const words = [
      '-t',
      String(pid),
      '-n',
      process.execPath,
      program,
      `${this.#folder}/`,
      JSON.stringify(entryPoints),
    ];
    const child = spawn('nsenter', words, { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('error', reject);
      child.once('exit', () => reject(new ChaosError('failed', `the relay of process ${pid} has ended`)));
    });
    ready.catch(() => undefined);
    return { pid, child, ready };
  }
}
