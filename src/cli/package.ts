import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../support/package-folder.ts';

/** A file that the package ships. */
export function packageUrl(path: string): URL {
  return pathToFileURL(join(packageFolder(), path));
}

export function packageVersion(): string {
  const text = readFileSync(packageUrl('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
