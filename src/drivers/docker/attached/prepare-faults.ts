import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverContext } from '../../driver.ts';
import { layLinks } from '../../servers/topology.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { engineKeyOf, type EngineKey, type NamedEngine } from '../engine/engines.ts';
import { findLinks, type AttachedServer } from './find-servers.ts';
import { AttachedLinks } from './attached-links.ts';
import { LinksOnEngines, type EngineLinks } from './links-on-engines.ts';
import { findNamespaceProblem } from '../engine/namespaces.ts';
import type { Snapshot } from './snapshot.ts';
import type { AttachedInventory } from './inventory.ts';

export interface FaultPreparation {
  kind: 'attached-docker' | 'compose';
  spec: EnvironmentSpec;
  engines: readonly NamedEngine[];
  ctx: DriverContext;
  /** Of the rules that the run puts into network namespaces. */
  mark: string;
  /** For the sockets of relays. */
  folder: string;
}

/** Prepares what faults need, and journals how to undo them before anything is touched. */
export async function prepareFaults(
  inventory: AttachedInventory,
  preparation: FaultPreparation,
): Promise<void> {
  const { kind, spec, engines, ctx, mark, folder } = preparation;
  mkdirSync(ctx.logFolder, { recursive: true });
  if (!spec.compose) {
    for (const { key, engine } of engines) {
      const { host, certPath } = engine.address;
      const containers = [...snapshotsOn(inventory, key).values()].map((one) => ({ ...one }));
      const args = { engine: { host, certPath }, mark, containers };
      ctx.journal({ driver: kind, op: 'containers.restore', args });
    }
    ctx.journal({ driver: kind, op: 'environment.reap', args: { runId: ctx.runId, folder } });
  }
  const all = layLinks(spec, inventory.servers).filter((link) => link.kind !== 'client');
  inventory.linkInfos = all.map(({ id, kind: of, from, to }) => ({ id, kind: of, from, to }));
  const own: EngineLinks[] = [];
  for (const engine of engines) own.push(await linksOn(engine, inventory, preparation));
  const between = inventory.linkInfos.filter(({ id }) => !own.some(({ links }) => links.includes(id)));
  inventory.links = new LinksOnEngines(own, between);
}

/** The servers in containers of one engine. */
export function serversOn({ servers }: AttachedInventory, key: EngineKey): AttachedServer[] {
  return servers.filter(({ spec }) => engineKeyOf(spec) === key);
}

/** The original state of the containers of one engine. */
export function snapshotsOn(inventory: AttachedInventory, key: EngineKey): Map<string, Snapshot> {
  const here = serversOn(inventory, key).map(({ address }) => address);
  return new Map([...inventory.snapshots].filter(([node]) => here.includes(node)));
}

async function linksOn(
  { key, engine: { docker, address } }: NamedEngine,
  inventory: AttachedInventory,
  { spec, ctx, mark, folder, engines }: FaultPreparation,
): Promise<EngineLinks> {
  const servers = serversOn(inventory, key);
  const snapshots = snapshotsOn(inventory, key);
  const [first] = servers;
  const [endpoint] = first?.container.endpoints ?? [];
  const namespaceProblem = await findNamespaceProblem(
    first?.container.pid ?? 0,
    endpoint?.address ?? '',
    address.host,
  );
  const links = await findLinks(spec, servers, snapshots);
  const control = new AttachedLinks({
    docker,
    links,
    nodes: servers,
    snapshots,
    observer: inventory.observer,
    namespaceProblem,
    mark,
    folder: engines.length === 1 ? folder : join(folder, String(engines.findIndex((one) => one.key === key))),
    progress: ctx.progress,
  });
  return { links: links.map(({ id }) => id), control };
}
