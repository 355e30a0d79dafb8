import { ChaosError } from '../../../support/errors.ts';
import type { ClusterSpec, EngineSpec } from '../../spec.ts';
import { engineCall } from './calls.ts';
import { engineAddress, type EngineAddress } from './engine-address.ts';
import { connectEngine, type Engine } from './engine.ts';

/** Identifies an engine of a run: the host in the environment file. */
export type EngineKey = string;

/** An engine that clusters name, connected. */
export interface NamedEngine {
  key: EngineKey;
  engine: Engine;
  /** IPv4 address of its machine, where the environment states one. */
  address?: string;
}

export function engineKeyOf(cluster: ClusterSpec): EngineKey {
  return cluster.docker?.host ?? '';
}

/**
 * Every engine that the clusters name.
 *
 * @throws ChaosError `unavailable` when one does not answer, or two names belong to one engine
 */
export async function connectEngines(clusters: readonly ClusterSpec[]): Promise<NamedEngine[]> {
  const named = new Map<EngineKey, EngineSpec>();
  for (const cluster of clusters) {
    const key = engineKeyOf(cluster);
    if (!named.has(key)) named.set(key, cluster.docker ?? {});
  }
  const engines: NamedEngine[] = [];
  for (const [key, { address, ...where }] of named) {
    const engine = await connectEngine(placeOf(where));
    engines.push({ key, engine, ...(address === undefined ? {} : { address }) });
  }
  await demandApart(engines.map(({ engine }) => engine));
  return engines;
}

/** Their versions; several are shown together: `20.10.24+27.5.1`. */
export function versionsOf(engines: readonly { engine: Engine }[]): string {
  return [...new Set(engines.map(({ engine }) => engine.version))].join('+');
}

function placeOf({ host, certPath }: Omit<EngineSpec, 'address'>): EngineAddress {
  return host === undefined ? engineAddress(process.env) : { host, certPath: certPath ?? null };
}

/** Two addresses of one engine would count as two machines, and everything would be created there twice. */
async function demandApart(engines: readonly Engine[]): Promise<void> {
  if (engines.length === 1) return;
  const hosts = new Map<string, string>();
  for (const { docker, address } of engines) {
    // Copied engines share their ID, but this network has its own ID on every engine.
    const asking = engineCall(
      `asking the engine at ${address.host} who it is`,
      docker.getNetwork('host').inspect(),
    );
    const { Id: id } = (await asking) as { Id: string };
    const other = hosts.get(id);
    if (other !== undefined) {
      throw new ChaosError(
        'unavailable',
        `the Docker engines at ${other} and ${address.host} are one and the same`,
        { hint: 'name it in one way in the `docker` of every cluster that is on it' },
      );
    }
    hosts.set(id, address.host);
  }
}
