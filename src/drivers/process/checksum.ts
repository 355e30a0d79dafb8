import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { StoreTotal } from '../capabilities/disk.ts';

/** SHA-256 of a file, in hex; null when there is no such file. */
export async function fileChecksum(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** A folder in three figures; its checksum covers the paths and contents of all its files, sorted by path. */
export async function folderTotal(folder: string): Promise<StoreTotal> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  let sizeBytes = 0;
  for (const path of paths) {
    sizeBytes += (await stat(path)).size;
    hash.update(`${relative(folder, path).split(sep).join('/')}\n${(await fileChecksum(path)) ?? ''}\n`);
  }
  return { files: paths.length, sizeBytes, sha256: hash.digest('hex') };
}
