import { mkdirSync } from 'node:fs';
import { open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted, until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Bytes, Milliseconds, Ratio } from '../../support/units.ts';
import type { DriverContext } from '../driver.ts';
import type { Filesystems, FilesystemState, WriteLimits, WriteTrial } from '../capabilities/filesystems.ts';
import type { ClusterSpec } from '../spec.ts';
import { fillUp, roomOf } from './filler.ts';
import { loopOf, mountsBelow } from './loop-mounts.ts';
import { systemCommand } from '../system/command.ts';
import { clearWriteLimits, setWriteLimits, writeLimits } from '../limits/write-limits.ts';

const MIB = 1024 ** 2;
/** Sparse: it uses no more space than is written to it. */
const DEFAULT_BYTES = 1024 * MIB;
/** A filesystem uses some of its space itself, and raft logs do not count as stored messages. */
const OVERHEAD_BYTES = 64 * MIB;
const OVERHEAD = 1.25;
/** No reserved blocks, and no initial writes that can be deferred. */
const MKFS = ['-q', '-F', '-b', '4096', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard'];

const DEVICE_MS = 5_000;

const TRIAL = '.nats-chaos-trial';
const FILLER = '.nats-chaos-filler';
const UNSYNCED = '.nats-chaos-unsynced';
/** How long a process or container that was killed may hold a filesystem. */
const RELEASED_MS: Milliseconds = 15_000;
const UNSYNCED_TEXT = 'written, and not synced';

/** How large the filesystem of a node's store is. */
export function filesystemBytes({ jetstream }: Pick<ClusterSpec, 'jetstream'>): Bytes {
  const maxFileBytes = jetstream === false ? undefined : jetstream.maxFileBytes;
  if (maxFileBytes === undefined) return DEFAULT_BYTES;
  return Math.ceil((maxFileBytes * OVERHEAD + OVERHEAD_BYTES) / MIB) * MIB;
}

/** Makes an ext4 filesystem in a sparse file and mounts it through a loop device. @throws ChaosError */
export async function makeFilesystem(image: string, point: string, sizeBytes: Bytes): Promise<void> {
  mkdirSync(dirname(image), { recursive: true, mode: 0o700 });
  mkdirSync(point, { recursive: true, mode: 0o700 });
  await writeFile(image, '', { mode: 0o600 });
  await truncate(image, sizeBytes);
  await systemCommand('mkfs.ext4', [...MKFS, image]);
  // Not `mount -o loop`: this way the device outlives an unmount and stays the same.
  const device = await until(() => systemCommand('losetup', ['--find', '--show', image]), {
    timeoutMs: DEVICE_MS,
    what: 'a loop device that no other process takes at the same moment',
  });
  await systemCommand('mount', ['-t', 'ext4', device, point]);
}

/**
 * Makes one for each node's store, below the run's own folder. Not concurrently: two could get the same loop device.
 */
export async function makeFilesystems(
  folder: string,
  nodes: readonly { address: string; spec: ClusterSpec }[],
  { progress, signal }: Pick<DriverContext, 'progress' | 'signal'>,
): Promise<void> {
  progress(`making ${nodes.length} filesystems, one for each store`);
  for (const { address, spec } of nodes) {
    throwIfAborted(signal);
    await makeFilesystem(imageFile(folder, address), storeFolder(folder, address), filesystemBytes(spec));
  }
}

/** The file that holds the filesystem of a node's store, when the store has its own filesystem. */
export function imageFile(folder: string, node: string): string {
  return join(folder, 'disks', `${node.replace('/', '.')}.ext4`);
}

/** The folder of a node's store. */
export function storeFolder(folder: string, node: string): string {
  return join(folder, node.replace('/', '.'));
}

/** The folder of a node's store, and the file that holds its filesystem. */
export interface FilesystemPlaces {
  pointOf(node: string): string;
  imageOf(node: string): string;
}

/** Filesystems in files of this machine, mounted through loop devices. */
export class OwnFilesystems implements Filesystems {
  readonly #places: FilesystemPlaces;
  readonly #unsynced = new Map<string, 'lost' | 'kept'>();

  constructor(places: FilesystemPlaces) {
    this.#places = places;
  }

  async observe(node: string): Promise<FilesystemState> {
    const point = this.#places.pointOf(node);
    const unsynced = this.#unsynced.get(node) ?? null;
    if (!isMounted(point)) {
      return { mounted: false, write: 'not mounted', sizeBytes: 0, freeBytes: 0, fillerBytes: 0, unsynced };
    }
    const { sizeBytes, freeBytes } = await roomOf(point);
    const filler = await stat(`${point}/${FILLER}`).catch(() => null);
    const fillerBytes = (filler?.blocks ?? 0) * 512;
    return {
      mounted: true,
      write: await tryWrite(`${point}/${TRIAL}`),
      sizeBytes,
      freeBytes,
      fillerBytes,
      unsynced,
    };
  }

  async cutPower(nodes: readonly string[]): Promise<void> {
    const points = nodes.map((node) => this.#places.pointOf(node));
    for (const point of points) demandMounted(point);
    for (const node of nodes) this.#unsynced.delete(node);
    await Promise.all(points.map((point) => writeFile(`${point}/${UNSYNCED}`, UNSYNCED_TEXT)));
    await Promise.all(points.map((point) => systemCommand('xfs_io', ['-x', '-c', 'shutdown', point])));
  }

  async restorePower(node: string): Promise<void> {
    const point = this.#places.pointOf(node);
    if (isMounted(point) && !isDead(await tryWrite(`${point}/${TRIAL}`))) return;
    await until(() => this.#mountAgain(node, point), {
      timeoutMs: RELEASED_MS,
      everyMs: 100,
      what: `a filesystem of ${node} that can be written to`,
    });
    const text = await readFile(`${point}/${UNSYNCED}`, 'utf8').catch(() => '');
    this.#unsynced.set(node, text === UNSYNCED_TEXT ? 'kept' : 'lost');
    await rm(`${point}/${UNSYNCED}`, { force: true });
  }

  /** @returns false while a container that was killed still holds the filesystem: what is mounted then is the one that was shut down */
  async #mountAgain(node: string, point: string): Promise<boolean> {
    if (isMounted(point)) await systemCommand('umount', [point]);
    await systemCommand('mount', ['-t', 'ext4', this.#deviceOf(node), point]);
    return !isDead(await tryWrite(`${point}/${TRIAL}`));
  }

  async fill(node: string, to: Ratio): Promise<void> {
    const point = this.#places.pointOf(node);
    demandMounted(point);
    await fillUp(`${point}/${FILLER}`, to);
  }

  async release(node: string): Promise<void> {
    await rm(`${this.#places.pointOf(node)}/${FILLER}`, { force: true });
  }

  slow(node: string, limits: WriteLimits): Promise<void> {
    setWriteLimits(this.#deviceOf(node), limits);
    return Promise.resolve();
  }

  unslow(node: string): Promise<void> {
    clearWriteLimits(this.#deviceOf(node));
    return Promise.resolve();
  }

  async tryWriting(
    node: string,
    { writes, sizeBytes }: WriteTrial,
  ): Promise<{ limits: WriteLimits; tookMs: Milliseconds }> {
    const path = `${this.#places.pointOf(node)}/${TRIAL}`;
    const bytes = Buffer.alloc(sizeBytes, 'x');
    const from = performance.now();
    const file = await open(path, 'w', 0o600);
    try {
      for (let i = 0; i < writes; i += 1) {
        await file.write(bytes);
        await file.datasync();
      }
    } finally {
      await file.close();
    }
    const tookMs = Math.round(performance.now() - from);
    await rm(path, { force: true });
    return { limits: writeLimits(this.#deviceOf(node)), tookMs };
  }

  #deviceOf(node: string): string {
    const device = loopOf(this.#places.imageOf(node));
    if (device === undefined) throw new ChaosError('failed', `the disk of ${node} has no device`);
    return device;
  }
}

function isMounted(point: string): boolean {
  return mountsBelow(dirname(point)).includes(point);
}

function demandMounted(point: string): void {
  if (!isMounted(point)) throw new ChaosError('failed', `${point} is no filesystem of its own`);
}

/** Whether a write failed with one of the errors of a filesystem that was shut down. */
function isDead(write: string): boolean {
  return write === 'EIO' || write === 'EROFS';
}

/** Without a sync, which would also sync the server's data. */
async function tryWrite(path: string): Promise<string> {
  try {
    const file = await open(path, 'w', 0o600);
    try {
      await file.write(Buffer.alloc(4096, 'x'));
    } finally {
      await file.close();
    }
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
