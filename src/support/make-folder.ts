import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and its missing parents. Node's own recursive option reports `ENOENT` on a read-only filesystem, and
 * never returns below `/proc`.
 *
 * @throws the file system's error
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let at = resolve(path);
  for (; !existsSync(at); at = dirname(at)) missing.unshift(at);
  if (missing.length === 0 && !statSync(at).isDirectory()) mkdirSync(at);
  for (const one of missing) makeOne(one);
}

/** Another process may have made it in the meantime. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (thrown) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw thrown;
  }
}
