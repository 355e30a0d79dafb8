import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withDeadline } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import { packageFolder } from '../../../support/package-folder.ts';
import type { RelayDoor } from './relay-door.ts';

interface Relay {
  pid: number;
  child: ChildProcess;
  ready: Promise<void>;
}

const READY_MS = 5_000;

/** Processes of our own in the network namespaces of containers, through which links are looked at from inside. */
export class Relays {
  readonly #folder: string;
  readonly #relays = new Map<string, Relay>();
  #count = 0;

  /** @param folder where their sockets are; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path for a door that leads out of a container. */
  path(): string {
    return join(this.#folder, `${(this.#count += 1)}.sock`);
  }

  /**
   * Makes sure that a container's relay runs; one that was started anew has another namespace, and gets another.
   *
   * @param pid of the container's first process
   */
  async open(container: string, pid: number, doors: readonly RelayDoor[]): Promise<void> {
    const known = this.#relays.get(container);
    if (known?.pid === pid && known.child.exitCode === null) return known.ready;
    known?.child.kill('SIGKILL');
    const relay = this.#start(pid, doors);
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

  #start(pid: number, doors: readonly RelayDoor[]): Relay {
    const program = join(packageFolder(), 'dist/drivers/docker/found/relay.js');
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
      JSON.stringify(doors),
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
