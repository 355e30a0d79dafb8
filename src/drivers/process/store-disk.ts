import { constants, existsSync, mkdirSync } from 'node:fs';
import { cp, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import type { Damage, Disk, StoreEvent, StoreFile, StorePlace, StoreTotal } from '../capabilities/disk.ts';
import type { ProcessState } from '../driver.ts';
import { fileChecksum, folderTotal } from './checksum.ts';
import type { StoreAccounts } from '../storage/store-place.ts';
import { storeFiles } from './store-files.ts';

/** What the disk needs to know of a run. */
export interface StoreDiskOptions {
  /** The folder of a node's store. */
  storeOf(node: string): string;
  /** A folder for copies, on the same filesystem; removed with the run. */
  asideFolder(): string;
  stateOf(node: string): ProcessState;
  /** `cluster/stream`, or null for the meta group. */
  accountsOf(stream: string | null): StoreAccounts;
}

/** Store folders on this machine's own filesystem. */
export class StoreDisk implements Disk {
  readonly #options: StoreDiskOptions;
  readonly #events: { node: string; mark: string; event: StoreEvent }[] = [];

  constructor(options: StoreDiskOptions) {
    this.#options = options;
  }

  files(node: string, place: StorePlace): Promise<StoreFile[]> {
    const accounts = this.#options.accountsOf(place.stream);
    return Promise.resolve(storeFiles(this.#options.storeOf(node), place, accounts));
  }

  checksum(node: string, path: string): Promise<string | null> {
    return fileChecksum(this.#file(node, path));
  }

  async damage(node: string, path: string, damage: Damage, mark: string): Promise<void> {
    this.#demand(node, ['down'], `damage ${path}`);
    const file = this.#file(node, path);
    const before = await fileChecksum(file);
    const { size: sizeBytes } = await stat(file);
    await apply(file, damage);
    const after = await fileChecksum(file);
    this.#note(node, mark, { op: 'damaged', path, damage, sizeBytes, before, after });
  }

  async copyStore(node: string, mark: string): Promise<StoreTotal> {
    this.#demand(node, ['down', 'paused'], 'copy its store');
    const copy = this.#copy(node, mark);
    const unfinished = `${copy}.unfinished`;
    mkdirSync(this.#options.asideFolder(), { recursive: true, mode: 0o700 });
    await Promise.all([copy, unfinished].map((path) => rm(path, { recursive: true, force: true })));
    await cp(this.#options.storeOf(node), unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await rename(unfinished, copy);
    return this.#noteTotal(node, mark, 'copied', copy);
  }

  hasCopy(node: string, mark: string): boolean {
    return existsSync(this.#copy(node, mark));
  }

  async putBack(node: string, mark: string): Promise<StoreTotal> {
    this.#demand(node, ['down'], 'put its store back');
    if (!this.hasCopy(node, mark)) {
      throw new ChaosError('failed', `there is no copy "${mark}" of the store of ${node}`);
    }
    const store = this.#options.storeOf(node);
    await replaceContent(store, this.#copy(node, mark));
    return this.#noteTotal(node, mark, 'put-back', store);
  }

  async wipeStore(node: string): Promise<StoreTotal> {
    this.#demand(node, ['down'], 'empty its store');
    const store = this.#options.storeOf(node);
    await emptyFolder(store);
    return folderTotal(store);
  }

  events(node: string, mark: string): StoreEvent[] {
    return this.#events.filter((one) => one.node === node && one.mark === mark).map((one) => one.event);
  }

  #file(node: string, path: string): string {
    return join(this.#options.storeOf(node), path);
  }

  #copy(node: string, mark: string): string {
    return join(this.#options.asideFolder(), `${mark}.${node.replaceAll('/', '.')}`);
  }

  #demand(node: string, allowed: readonly ProcessState[], what: string): void {
    const state = this.#options.stateOf(node);
    if (allowed.includes(state)) return;
    throw new ChaosError(
      'failed',
      `${node} is ${state}: cannot ${what} unless it is ${allowed.join(' or ')}`,
    );
  }

  async #noteTotal(
    node: string,
    mark: string,
    op: 'copied' | 'put-back',
    folder: string,
  ): Promise<StoreTotal> {
    const total = await folderTotal(folder);
    this.#note(node, mark, { op, ...total });
    return total;
  }

  #note(node: string, mark: string, event: StoreEvent): void {
    this.#events.push({ node, mark, event });
  }
}

/** The folder itself stays, because it may be the mount point of a filesystem. */
async function emptyFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function replaceContent(folder: string, copy: string): Promise<void> {
  await emptyFolder(folder);
  for (const name of await readdir(copy)) await move(join(copy, name), join(folder, name));
  await rm(copy, { recursive: true });
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Data on another filesystem must be copied; the copied source is removed as a whole later.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true });
  }
}

async function apply(file: string, damage: Damage): Promise<void> {
  switch (damage.kind) {
    case 'truncate':
      return truncate(file, damage.toBytes);
    case 'delete':
      return rm(file);
    case 'flip':
      return flip(file, damage.bits);
  }
}

async function flip(file: string, bits: readonly { offset: number; bit: number }[]): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    for (const { offset, bit } of bits) {
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, offset);
      byte[0] = (byte[0] ?? 0) ^ (1 << bit);
      await handle.write(byte, 0, 1, offset);
    }
  } finally {
    await handle.close();
  }
}
