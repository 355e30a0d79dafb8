import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { formatSize, type Bytes } from '../../support/units.ts';
import type { Load, Pressure, PressureState } from '../capabilities/pressure.ts';
import { residentIn, usedBy } from './process-usage.ts';
import { readText } from '../system/read-text.ts';

const REMOVED_MS = 5_000;
/** The rest is for the servers and other processes of the machine. */
const MOST_OF_FREE_MEMORY = 0.5;

/** A worker ends by itself in any case: its runner may have died. */
const PROGRAM = `
const [kind, size] = process.argv.slice(2);
const end = Date.now() + 3_600_000;
setTimeout(() => process.exit(), 3_600_000);
if (kind === 'cpu') while (Date.now() < end) for (let i = 0; i < 1e6; i += 1);
const held = Buffer.alloc(Number(size), 1);
setInterval(() => { for (let at = 0; at < held.length; at += 4096) held[at] = (held[at] + 1) % 256; }, 1000);
`;

/**
 * The runner's own processes that use up resources; their command line names the run's folder, so they can be found.
 */
export class PressureWorkers implements Pressure {
  readonly #folder: () => string;
  readonly #workers = new Map<string, ChildProcess[]>();

  /** @param folder the run's own: processes whose command line names a file in it are ended with the run */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  press(mark: string, load: Load): Promise<void> {
    if (this.#alive(mark).length > 0) return Promise.resolve();
    if (load.kind === 'memory') demandRoom(load.sizeBytes);
    const program = join(this.#folder(), 'pressure.cjs');
    if (!existsSync(program)) writeFileSync(program, PROGRAM);
    const args = load.kind === 'cpu' ? ['cpu'] : ['memory', String(load.sizeBytes)];
    const count = load.kind === 'cpu' ? load.workers : 1;
    const workers = Array.from({ length: count }, () =>
      spawn(process.execPath, [program, ...args], { detached: true, stdio: 'ignore' }),
    );
    for (const worker of workers) worker.unref();
    this.#workers.set(mark, workers);
    return Promise.resolve();
  }

  async relieve(mark: string): Promise<void> {
    for (const worker of this.#alive(mark)) worker.kill('SIGKILL');
    await until(() => Promise.resolve(this.#alive(mark).length === 0), {
      timeoutMs: REMOVED_MS,
      everyMs: 5,
      what: `end of the workers of ${mark}`,
    });
  }

  observe(mark: string): PressureState {
    const pids = this.#alive(mark).flatMap(({ pid }) => pid ?? []);
    return {
      workers: pids.length,
      usedMs: sum(pids.map((pid) => usedBy(readText(`/proc/${pid}/stat`)))),
      residentBytes: sum(pids.map((pid) => residentIn(readText(`/proc/${pid}/status`)))),
    };
  }

  #alive(mark: string): ChildProcess[] {
    return (this.#workers.get(mark) ?? []).filter(
      ({ pid, exitCode, signalCode }) => pid !== undefined && exitCode === null && signalCode === null,
    );
  }
}

function demandRoom(sizeBytes: Bytes): void {
  const free = freemem();
  if (sizeBytes <= free * MOST_OF_FREE_MEMORY) return;
  throw new ChaosError(
    'failed',
    `${formatSize(sizeBytes)} is more than half of the ${formatSize(free)} of memory that is free here`,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
