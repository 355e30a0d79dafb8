import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../support/package-folder.ts';

/** A file that the package ships. */
export function packageUrl(path: string): URL {
  return pathToFileURL(join(packageFolder(), path));
}

export function packageVersion(): string {
  return packageFacts().version;
}

export interface PackageFacts {
  name: string;
  version: string;
  /** Which Node.js it needs: `>=20.19`. */
  node: string;
  /** Address of its sources; undefined where it does not say. */
  repository: string | undefined;
}

/** What the package says of itself. */
export function packageFacts(): PackageFacts {
  const { name, version, engines, repository } = JSON.parse(
    readFileSync(packageUrl('package.json'), 'utf8'),
  ) as { name: string; version: string; engines: { node: string }; repository?: string | { url: string } };
  const url = typeof repository === 'string' ? repository : repository?.url;
  return { name, version, node: engines.node, repository: url?.replace(/^git\+/, '') };
}
