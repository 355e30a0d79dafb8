import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChaosError } from '../../../support/errors.ts';
import type { Damage, Disk, StoreEvent, StoreFile, StorePlace, StoreTotal } from '../../capabilities/disk.ts';
import type { ProcessState } from '../../driver.ts';
import { damaged } from '../../storage/damaged.ts';
import { placeInStore, type StoreAccounts } from '../../storage/store-place.ts';
import type { ServerContainer } from './server-container.ts';
import { sumTar, tarHeader, unpackTar, type TarEntry, type TarFile } from './tarball.ts';

export interface DockerDiskOptions {
  serverOf(node: string): ServerContainer;
  /** The folder of the store in a node's container. */
  storeOf(node: string): string;
  /** A folder on this machine for copies; removed with the run. */
  asideFolder(): string;
  /** `cluster/stream`, or null for the meta group. */
  accountsOf(stream: string | null): StoreAccounts;
}

/** The folder that a server makes there for all its data. */
const ALL = 'jetstream';

/**
 * Stores in containers or on their volumes, read and written as archives through the engine, so the engine may be on
 * any machine.
 */
export class DockerDisk implements Disk {
  readonly #options: DockerDiskOptions;
  readonly #events: { node: string; mark: string; event: StoreEvent }[] = [];

  constructor(options: DockerDiskOptions) {
    this.#options = options;
  }

  async files(node: string, place: StorePlace): Promise<StoreFile[]> {
    const where = placeInStore(place, this.#options.accountsOf(place.stream));
    const files = where === null ? null : await this.#sums(node, where.folder);
    if (where === null || files === null) return [];
    return files
      .filter(({ path }) => where.holds.test(path))
      .map(({ path, sizeBytes }) => ({ path: `${where.folder}/${path}`, sizeBytes }));
  }

  async checksum(node: string, path: string): Promise<string | null> {
    const archive = await this.#server(node).getArchive(this.#at(node, path));
    if (!archive) return null;
    return (await sumTar(archive))[0]?.sha256 ?? null;
  }

  async damage(node: string, path: string, damage: Damage, mark: string): Promise<void> {
    await this.#demand(node, ['down'], `damage ${path}`);
    const [folder, name] = split(path);
    const entry = await this.#entry(node, path);
    const before = sha256(entry.content);
    const content = damaged(entry.content, damage);
    if (content === null) await this.#removeFile(node, folder, name);
    else await this.#server(node).put(this.#at(node, folder), [{ ...entry, path: name, content }]);
    // Read back, because the record must show what the server will find.
    const after = await this.checksum(node, path);
    this.#note(node, mark, { op: 'damaged', path, damage, sizeBytes: entry.content.length, before, after });
  }

  async copyStore(node: string, mark: string): Promise<StoreTotal> {
    await this.#demand(node, ['down', 'paused'], 'copy its store');
    const copy = this.#copy(node, mark);
    mkdirSync(this.#options.asideFolder(), { recursive: true, mode: 0o700 });
    const archive = await this.#server(node).getArchive(this.#at(node, ALL));
    if (!archive) throw new ChaosError('failed', `${node} has no store to copy`);
    await pipeline(archive, createWriteStream(`${copy}.unfinished`, { mode: 0o600 }));
    await rename(`${copy}.unfinished`, copy);
    return this.#noteTotal(node, mark, 'copied', relative(await sumTar(createReadStream(copy))));
  }

  hasCopy(node: string, mark: string): boolean {
    return existsSync(this.#copy(node, mark));
  }

  async putBack(node: string, mark: string): Promise<StoreTotal> {
    await this.#demand(node, ['down'], 'put its store back');
    if (!this.hasCopy(node, mark)) {
      throw new ChaosError('failed', `there is no copy "${mark}" of the store of ${node}`);
    }
    const copy = this.#copy(node, mark);
    // A file that replaces the folder removes its content; the folder of the copy then replaces the file.
    const replacing = Readable.from(inTurn(tarHeader(ALL, 0o600, 0), createReadStream(copy)));
    await this.#server(node).putArchive(this.#options.storeOf(node), replacing);
    const files = await this.#sums(node, ALL);
    await rm(copy);
    return this.#noteTotal(node, mark, 'put-back', files ?? []);
  }

  async wipeStore(node: string): Promise<StoreTotal> {
    await this.#demand(node, ['down'], 'empty its store');
    // A file that replaces the folder removes its content; an empty folder then replaces the file.
    const emptied = [tarHeader(ALL, 0o600, 0), tarHeader(`${ALL}/`, 0o755, 0), Buffer.alloc(1024)];
    await this.#server(node).putArchive(this.#options.storeOf(node), Readable.from(emptied));
    return totalOf((await this.#sums(node, ALL)) ?? []);
  }

  events(node: string, mark: string): StoreEvent[] {
    return this.#events.filter((one) => one.node === node && one.mark === mark).map((one) => one.event);
  }

  /** An archive cannot remove a file, but it can replace its folder by one without the file. */
  async #removeFile(node: string, folder: string, name: string): Promise<void> {
    const archive = await this.#server(node).getArchive(this.#at(node, folder));
    const entries = archive ? await unpackTar(archive) : [];
    const [above, own] = split(folder);
    const stays = entries.filter(({ path }) => path !== `${own}/${name}`);
    await this.#server(node).put(this.#at(node, above), [
      { path: own, mode: 0o600, content: Buffer.alloc(0) },
      ...stays,
    ]);
  }

  async #entry(node: string, path: string): Promise<TarEntry> {
    const archive = await this.#server(node).getArchive(this.#at(node, path));
    const [entry] = archive ? await unpackTar(archive) : [];
    if (!entry) throw new ChaosError('failed', `${node} has no file ${path} in its store`);
    return entry;
  }

  /** The files below a folder of a store, by paths relative to it; null when there is no such folder. */
  async #sums(node: string, folder: string): Promise<TarFile[] | null> {
    const archive = await this.#server(node).getArchive(this.#at(node, folder));
    if (!archive) return null;
    return relative(await sumTar(archive));
  }

  #at(node: string, path: string): string {
    return `${this.#options.storeOf(node)}/${path}`;
  }

  #server(node: string): ServerContainer {
    return this.#options.serverOf(node);
  }

  #copy(node: string, mark: string): string {
    return join(this.#options.asideFolder(), `${mark}.${node.replaceAll('/', '.')}.tar`);
  }

  async #demand(node: string, allowed: readonly ProcessState[], what: string): Promise<void> {
    const state = await this.#server(node).state();
    if (allowed.includes(state)) return;
    throw new ChaosError(
      'failed',
      `${node} is ${state}: cannot ${what} unless it is ${allowed.join(' or ')}`,
    );
  }

  #noteTotal(node: string, mark: string, op: 'copied' | 'put-back', files: readonly TarFile[]): StoreTotal {
    const total = totalOf(files);
    this.#note(node, mark, { op, ...total });
    return total;
  }

  #note(node: string, mark: string, event: StoreEvent): void {
    this.#events.push({ node, mark, event });
  }
}

function totalOf(files: readonly TarFile[]): StoreTotal {
  const hash = createHash('sha256');
  for (const { path, sha256: sum } of files) hash.update(`${path}\n${sum}\n`);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { files: files.length, sizeBytes, sha256: hash.digest('hex') };
}

async function* inTurn(first: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  yield first;
  for await (const chunk of rest) yield chunk as Buffer;
}

/** In an archive of a folder every path begins with the folder's name. */
function relative(files: readonly TarFile[]): TarFile[] {
  return files.map((file) => ({ ...file, path: file.path.slice(file.path.indexOf('/') + 1) }));
}

/** The folder above, and the name in it. */
function split(path: string): [string, string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
