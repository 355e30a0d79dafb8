import { closeSync, constants, openSync, statfsSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { ChaosError } from '../support/errors.ts';
import { asChaosError, isOwnTrouble } from '../support/system-errors.ts';
import type { Bytes } from '../support/units.ts';

const EVERY_MS = 200;
/** Reserved while all is well, so that the undo has some when no others are left. */
const RESERVED_DESCRIPTORS = 12;
/** At least so many must be free at any time: a probe without a descriptor would look like a failed server. */
const SPARE_DESCRIPTORS = 8;
const LEAST_SPACE_BYTES = 1024 ** 2;
/** Of looks, every so many of them also writes: a disk has its own work to do. */
const WRITES_EVERY = 5;
const TRIAL = Buffer.alloc(64 * 1024);
/** Of Linux, where fs.constants has it not: a file without a name, of which nothing is left whatever happens. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
/** V8 collects garbage once the heap is halfway from its live part to its limit: above this, most of it is live. */
const MOST_HEAP = 0.85;
/**
 * Of V8's own limit, what is not for the young generation, where nobody has set a limit: that generation grows with the
 * heap, to 48 of 4144 MiB on Node.js 20 and 22, and to 192 of 4288 MiB on 24.
 */
const NOT_YOUNG = 0.95;

export interface OwnResourcesOptions {
  /** Folders on whose filesystems it must be possible to write, each with what is kept there: `the run writes to`. */
  places: readonly { folder: string; what: string }[];
  /** Called once, with an error that says what has run out. */
  readonly noteTrouble: (thrown: unknown) => void;
}

/**
 * Watches, all through a run, what the program itself needs: file descriptors, memory, space on the disks that it and the
 * servers write to. Without this, a lack of them would look like a failure of the servers, and a lack of memory would end
 * the program without a message.
 */
export class OwnResources {
  readonly #options: OwnResourcesOptions;
  #reserved: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  constructor(options: OwnResourcesOptions) {
    this.#options = options;
  }

  /** @throws ChaosError `resources` or `memory` for what is missing from the start */
  start(): void {
    this.#reserved = opened(RESERVED_DESCRIPTORS);
    try {
      this.#demandAll();
    } catch (thrown) {
      this.stop();
      throw thrown;
    }
    this.#timer = setInterval(() => this.observe(), EVERY_MS);
  }

  /** Checks once; not any more after the first trouble. */
  observe(): void {
    try {
      this.#demandAll();
    } catch (thrown) {
      this.stop();
      this.#options.noteTrouble(thrown);
    }
  }

  /** Also releases what was reserved. */
  stop(): void {
    clearInterval(this.#timer);
    for (const fd of this.#reserved) closeSync(fd);
    this.#reserved = [];
  }

  #demandAll(): void {
    const { places } = this.#options;
    demandResources(places);
    if (this.#looks % WRITES_EVERY === 0) for (const place of places) demandWritable(place);
    this.#looks += 1;
  }
}

type Place = OwnResourcesOptions['places'][number];

function demandResources(places: readonly Place[]): void {
  for (const fd of opened(SPARE_DESCRIPTORS)) closeSync(fd);
  const heap = heapInUse();
  if (heap.usedBytes > MOST_HEAP * heap.limitBytes) throw outOfMemory(heap);
  for (const { folder, what } of places) {
    const freeBytes = spaceIn(folder);
    if (freeBytes !== null && freeBytes < LEAST_SPACE_BYTES) throw noSpace(folder, what, freeBytes);
  }
}

/** @throws ChaosError `resources` when there are not so many */
function opened(count: number): number[] {
  const fds: number[] = [];
  try {
    while (fds.length < count) fds.push(openSync(devNull, 'r'));
    return fds;
  } catch (thrown) {
    for (const fd of fds) closeSync(fd);
    // Without the path: that file is not the problem.
    delete (thrown as NodeJS.ErrnoException).path;
    throw asChaosError(thrown, 'the run cannot go on');
  }
}

/** A device that has failed, or a quota that is used up, shows in nothing but this. */
function demandWritable({ folder, what }: Place): void {
  if (process.platform !== 'linux') return;
  try {
    const fd = openSync(folder, O_TMPFILE | constants.O_WRONLY, 0o600);
    try {
      writeSync(fd, TRIAL);
    } finally {
      closeSync(fd);
    }
  } catch (thrown) {
    // Not every filesystem has files without a name.
    if (!isOwnTrouble(thrown)) return;
    Object.assign(thrown as NodeJS.ErrnoException, { path: folder });
    throw asChaosError(thrown, `${what} a disk that cannot be written`);
  }
}

interface Heap {
  usedBytes: Bytes;
  limitBytes: Bytes;
}

/** Without the young generation, which is emptied all the time. */
export function heapInUse(): Heap {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'));
  return {
    usedBytes: old.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0),
    limitBytes: limitIn(allOptions()) ?? NOT_YOUNG * getHeapStatistics().heap_size_limit,
  };
}

/** The options of this process to Node.js and V8; of two that are the same, the later one counts. */
function allOptions(): string[] {
  return [...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/), ...process.execArgv];
}

/** The limit that somebody has set: V8 adds to it a young generation of a size that every release chooses anew. */
export function limitIn(options: readonly string[]): Bytes | undefined {
  const values = options.flatMap((option) => /^--max[-_]old[-_]space[-_]size=(\d+)$/.exec(option)?.[1] ?? []);
  const last = Number(values.at(-1) ?? 0);
  return last > 0 ? last * 1024 ** 2 : undefined;
}

function outOfMemory({ usedBytes, limitBytes }: Heap): ChaosError {
  return new ChaosError(
    'memory',
    `the program uses ${inMebibytes(usedBytes)} of the ${inMebibytes(limitBytes)} of memory that it may use`,
    {
      hint: 'run for less long or at lower rates, or give it more: NODE_OPTIONS=--max-old-space-size=8192 (MiB)',
    },
  );
}

function noSpace(folder: string, what: string, freeBytes: Bytes): ChaosError {
  return new ChaosError(
    'resources',
    `${what} a full disk: ${folder}: ${freeBytes} bytes are left on the device (ENOSPC)`,
    {
      hint: 'free some space there, or write elsewhere: --out for reports, TMPDIR for what servers keep',
    },
  );
}

/** Null where it cannot be read, for instance because the folder has just been removed. */
function spaceIn(folder: string): Bytes | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function inMebibytes(bytes: Bytes): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
