import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { smallEnvironment, smallExperiment, type Workbench } from './harness.ts';

export const PROGRAM = resolve('dist/cli/main.js');

/** Small filesystems of a test's own; root alone may mount them. */
export class Disks {
  readonly #folder: string;
  readonly #mounted: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** In memory. @returns where it is mounted */
  inMemory(options: string): string {
    const point = this.#newPoint();
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', point]);
    return point;
  }

  /** In a file, as if it were a device. @returns where it is mounted */
  onDevice(type: 'ext4' | 'btrfs', sizeBytes: number): string {
    const point = this.#newPoint();
    const image = `${point}.img`;
    closeSync(openSync(image, 'w'));
    truncateSync(image, sizeBytes);
    execFileSync(`mkfs.${type}`, ['-q', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, point]);
    return point;
  }

  /** A folder that may hold no more than so many bytes, root or not. */
  withQuota(bytes: number): string {
    const point = this.onDevice('btrfs', 256 * 1024 ** 2);
    const folder = join(point, 'limited');
    for (const args of [
      ['quota', 'enable', point],
      ['subvolume', 'create', folder],
      ['filesystem', 'sync', point],
      ['qgroup', 'limit', String(bytes), folder],
    ])
      execFileSync('btrfs', args, { stdio: 'ignore' });
    return folder;
  }

  removeAll(): void {
    for (const point of this.#mounted.splice(0)) execFileSync('umount', [point]);
  }

  #newPoint(): string {
    const point = join(this.#folder, `disk-${this.#mounted.length}`);
    mkdirSync(point);
    this.#mounted.push(point);
    return point;
  }
}

/** From then on whatever is read from it or written to it fails. */
export function breakDevice(point: string): void {
  execFileSync('xfs_io', ['-x', '-c', 'shutdown', point]);
}

/** Takes the space that is left, to the last byte. */
export function fill(path: string): void {
  for (const size of [64 * 1024, 1])
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      continue;
    }
}

/** @returns the path of an experiment that passes, unless something is changed about it */
export async function small(bench: Workbench, over: Record<string, unknown> = {}): Promise<string> {
  const { file } = await smallEnvironment();
  bench.environment(file);
  return bench.experiment(smallExperiment(over));
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built program, with its temporary things in the workbench. */
export function chaos(bench: Workbench, args: readonly string[], behind: readonly string[] = []) {
  const [command = '', ...rest] = [...behind, process.execPath, PROGRAM, ...args];
  const env = { ...process.env, TMPDIR: bench.temp, NO_COLOR: '1' };
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (ended.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ended.stderr += text.toString()));
  const over = new Promise<Ended>((done) => child.once('close', (code) => done({ ...ended, code })));
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (pattern.test(ended.stdout)) done();
      };
      child.stdout.on('data', look);
      look();
      void over.then(() => fail(new Error(`it ended first:\n${ended.stdout}\n${ended.stderr}`)));
    });
  return { ended: over, says };
}

/** The code of an error, one message, what to do about it, and no stack. */
export function expectOwnTrouble(ended: Ended, message: RegExp, hint: RegExp): void {
  expect([ended.code, ended.stderr]).toEqual([3, expect.stringMatching(message)]);
  expectTrouble(ended, hint);
}

/** What to do about it, and no stack. */
export function expectTrouble({ stderr }: Ended, hint: RegExp): void {
  expect(stderr).toMatch(hint);
  expect(stderr).not.toMatch(/^\s+at /m);
}
