import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Header, Parser, Pax, type ReadEntry } from 'tar';

/** A file or folder of an archive. Folders end with `/` and have no content. */
export interface TarEntry {
  path: string;
  mode: number;
  content: Buffer;
  /** Its owner; left out: root. */
  owner?: Owner;
}

interface Owner {
  uid: number;
  gid: number;
}

/** A file of an archive, without its content. */
export interface TarFile {
  path: string;
  sizeBytes: number;
  sha256: string;
}

const BLOCK_BYTES = 512;
const ROOT: Owner = { uid: 0, gid: 0 };

/** An archive with these entries in this order, in the format of engines. */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, mode, content, owner }) => {
    const rest = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
    return [tarHeader(path, mode, content.length, owner), content, Buffer.alloc(rest)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** The header of a file or folder in an archive; a folder has nothing else. */
export function tarHeader(path: string, mode: number, size: number, owner: Owner = ROOT): Buffer {
  const type = path.endsWith('/') ? 'Directory' : 'File';
  const fields = { path, mode, size, mtime: new Date(), ...owner };
  const head = Buffer.alloc(BLOCK_BYTES);
  const isLong = new Header({ ...fields, type }).encode(head);
  return isLong ? Buffer.concat([new Pax({ path }).encode(), head]) : head;
}

/** The files and folders of an archive with their content, for small archives. */
export async function unpackTar(archive: NodeJS.ReadableStream): Promise<TarEntry[]> {
  const entries: Promise<TarEntry>[] = [];
  await readTar(archive, (entry) => {
    const { path, mode = 0o644, uid = ROOT.uid, gid = ROOT.gid } = entry;
    entries.push(entry.concat().then((content) => ({ path, mode, content, owner: { uid, gid } })));
  });
  return Promise.all(entries);
}

/** The files of an archive with their checksums, sorted by path; the content is streamed, not kept. */
export async function sumTar(archive: NodeJS.ReadableStream): Promise<TarFile[]> {
  const files: TarFile[] = [];
  await readTar(archive, (entry) => {
    const hash = createHash('sha256');
    entry.on('data', (chunk: Buffer) => hash.update(chunk));
    entry.on('end', () => {
      if (entry.type !== 'File') return;
      files.push({ path: entry.path, sizeBytes: entry.size, sha256: hash.digest('hex') });
    });
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param take must read the entry to its end, or no other entry follows */
async function readTar(archive: NodeJS.ReadableStream, take: (entry: ReadEntry) => void): Promise<void> {
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      if (entry.type === 'File' || entry.type === 'Directory') take(entry);
      else entry.resume();
    },
  });
  await pipeline(archive, parser as unknown as NodeJS.WritableStream);
}
