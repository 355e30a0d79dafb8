import { basename } from 'node:path';
import type { DiscoveredSystem, Note } from '../model.ts';
import { serverConfig } from './server-config.ts';
import { filesAround, readConf } from './surroundings.ts';
import { systemOfConfigs, type ConfiguredServer } from './system-of-configs.ts';

/**
 * The system that configurations of nats-server describe, one for each server, or one for all servers of a cluster.
 *
 * @param env where their variables come from
 * @throws ChaosError `invalid` for a file that cannot be read, with its place
 */
export function discoverConfigurations(
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): DiscoveredSystem {
  const notes: Note[] = [];
  const servers = files.map((file): ConfiguredServer => {
    const config = serverConfig(readConf(file, filesAround(env, cwd, notes), cwd), notes);
    return { config, label: basename(file).replace(/\.(conf|cfg|json)$/, ''), hosts: [] };
  });
  return systemOfConfigs(servers, uniqueNotes(notes));
}

/** How many places of the same note are named. */
const MAX_PLACES = 3;

/** Servers of a cluster are configured alike: the same note is made once, with its places. */
export function uniqueNotes(notes: readonly Note[]): Note[] {
  const places = new Map<string, Set<string>>();
  for (const { where, text } of notes) {
    const known = places.get(text) ?? new Set();
    places.set(text, known);
    if (where !== undefined) known.add(where);
  }
  return [...places].map(([text, all]) => {
    const shown = [...all].slice(0, MAX_PLACES).join(', ');
    const more = all.size > MAX_PLACES ? ` and ${all.size - MAX_PLACES} more` : '';
    return { text, ...(all.size === 0 ? {} : { where: `${shown}${more}` }) };
  });
}
