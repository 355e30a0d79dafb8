import { mkdirSync } from 'node:fs';
import type { DriverContext } from '../../driver.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import type { Engine } from '../engine.ts';
import { findLinks } from './find-servers.ts';
import { FoundLinks } from './found-links.ts';
import { againstNamespaces } from './namespaces.ts';
import type { Found } from './take-stock.ts';

export interface Preparing {
  kind: 'attached-docker' | 'compose';
  spec: EnvironmentSpec;
  engine: Engine;
  ctx: DriverContext;
  /** Of the rules that the run puts into network namespaces. */
  mark: string;
  /** For the sockets of relays. */
  folder: string;
}

/** Finds what faults need, and tells whoever undoes them: written before anything is touched. */
export async function prepare(found: Found, preparing: Preparing): Promise<void> {
  const { kind, spec, engine, ctx, mark, folder } = preparing;
  const { docker, address } = engine;
  mkdirSync(ctx.logFolder, { recursive: true });
  if (!spec.compose) {
    const of = { host: address.host, certPath: address.certPath };
    const containers = [...found.snapshots.values()].map((one) => ({ ...one }));
    ctx.journal({ driver: kind, op: 'containers.restore', args: { engine: of, mark, containers } });
    ctx.journal({ driver: kind, op: 'environment.reap', args: { runId: ctx.runId, folder } });
  }
  const [first] = found.servers;
  const [endpoint] = first?.container.endpoints ?? [];
  const closed = await againstNamespaces(first?.container.pid ?? 0, endpoint?.address ?? '', address.host);
  const links = await findLinks(spec, found.servers, found.snapshots);
  found.linkInfos = links.map(({ id, kind, from, to }) => ({ id, kind, from, to }));
  found.links = new FoundLinks({
    docker,
    links,
    nodes: found.servers,
    snapshots: found.snapshots,
    observer: found.observer,
    closed,
    mark,
    folder,
    progress: ctx.progress,
  });
}
