import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverContext } from '../../driver.ts';
import { layLinks } from '../../shared/topology.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { engineKeyOf, type EngineKey, type NamedEngine } from '../engines.ts';
import { findLinks, type FoundServer } from './find-servers.ts';
import { FoundLinks } from './found-links.ts';
import { LinksOnEngines, type EngineLinks } from './links-on-engines.ts';
import { againstNamespaces } from './namespaces.ts';
import type { Snapshot } from './snapshot.ts';
import type { Found } from './take-stock.ts';

export interface Preparing {
  kind: 'attached-docker' | 'compose';
  spec: EnvironmentSpec;
  engines: readonly NamedEngine[];
  ctx: DriverContext;
  /** Of the rules that the run puts into network namespaces. */
  mark: string;
  /** For the sockets of relays. */
  folder: string;
}

/** Finds what faults need, and tells whoever undoes them: written before anything is touched. */
export async function prepare(found: Found, preparing: Preparing): Promise<void> {
  const { kind, spec, engines, ctx, mark, folder } = preparing;
  mkdirSync(ctx.logFolder, { recursive: true });
  if (!spec.compose) {
    for (const { key, engine } of engines) {
      const { host, certPath } = engine.address;
      const containers = [...snapshotsOn(found, key).values()].map((one) => ({ ...one }));
      const args = { engine: { host, certPath }, mark, containers };
      ctx.journal({ driver: kind, op: 'containers.restore', args });
    }
    ctx.journal({ driver: kind, op: 'environment.reap', args: { runId: ctx.runId, folder } });
  }
  const all = layLinks(spec, found.servers).filter((link) => link.kind !== 'client');
  found.linkInfos = all.map(({ id, kind: of, from, to }) => ({ id, kind: of, from, to }));
  const own: EngineLinks[] = [];
  for (const engine of engines) own.push(await linksOn(engine, found, preparing));
  const between = found.linkInfos.filter(({ id }) => !own.some(({ links }) => links.includes(id)));
  found.links = new LinksOnEngines(own, between);
}

/** The servers in containers of one engine. */
export function serversOn({ servers }: Found, key: EngineKey): FoundServer[] {
  return servers.filter(({ spec }) => engineKeyOf(spec) === key);
}

/** As the containers of one engine were found. */
export function snapshotsOn(found: Found, key: EngineKey): Map<string, Snapshot> {
  const here = serversOn(found, key).map(({ address }) => address);
  return new Map([...found.snapshots].filter(([node]) => here.includes(node)));
}

async function linksOn(
  { key, engine: { docker, address } }: NamedEngine,
  found: Found,
  { spec, ctx, mark, folder, engines }: Preparing,
): Promise<EngineLinks> {
  const servers = serversOn(found, key);
  const snapshots = snapshotsOn(found, key);
  const [first] = servers;
  const [endpoint] = first?.container.endpoints ?? [];
  const closed = await againstNamespaces(first?.container.pid ?? 0, endpoint?.address ?? '', address.host);
  const links = await findLinks(spec, servers, snapshots);
  const control = new FoundLinks({
    docker,
    links,
    nodes: servers,
    snapshots,
    observer: found.observer,
    closed,
    mark,
    folder: engines.length === 1 ? folder : join(folder, String(engines.findIndex((one) => one.key === key))),
    progress: ctx.progress,
  });
  return { links: links.map(({ id }) => id), control };
}
