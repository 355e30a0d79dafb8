import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bytes, Ratio } from '../../support/units.ts';
import { systemCommand } from '../system/command.ts';

const CHUNKS_BYTES = [1024 ** 2, 4096];

/** How large a filesystem is, and how much of it can still be written to. */
export async function roomOf(path: string): Promise<{ sizeBytes: Bytes; freeBytes: Bytes }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** Makes a filler file, so large that this share of its filesystem is in use. @throws ChaosError */
export async function fillUp(path: string, to: Ratio): Promise<void> {
  const { sizeBytes, freeBytes } = await roomOf(dirname(path));
  const wanted = Math.floor(freeBytes - (1 - to) * sizeBytes);
  if (wanted <= 0) return;
  // Allocates the blocks without writing them, so that the image does not grow.
  const take = systemCommand('fallocate', ['-l', String(wanted), path]);
  if (to < 1) await take;
  else await take.catch(() => '').then(() => fillTheRest(path));
}

/** Fills the last blocks, which fallocate cannot allocate at once. */
async function fillTheRest(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    for (const size of CHUNKS_BYTES) {
      while (await appended(file, Buffer.alloc(size)));
    }
  } finally {
    await file.close();
  }
}

async function appended(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<boolean> {
  try {
    return (await file.write(chunk)).bytesWritten === chunk.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
