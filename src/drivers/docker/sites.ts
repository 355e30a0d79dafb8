import { ChaosError } from '../../support/errors.ts';
import type { DriverContext } from '../driver.ts';
import { HOST } from '../shared/topology.ts';
import type { EngineSpec, EnvironmentSpec } from '../spec.ts';
import { engineCall } from './calls.ts';
import { demandLimits } from './docker-limits.ts';
import { engineAddress, type EngineAddress } from './engine-address.ts';
import { connectEngine, type Engine } from './engine.ts';
import { demandOneVersion, findImage, type ServerImage } from './find-image.ts';
import { engineKeyOf, type EngineKey } from './layout.ts';

/** One of the engines of a run. */
export interface Site {
  key: EngineKey;
  engine: Engine;
  /** IPv4 address of its machine, on which it publishes ports. */
  address: string;
  images: { nats: ServerImage; toxiproxy: ServerImage };
}

/**
 * Every engine that the clusters name, connected, with the images that it needs.
 *
 * @throws ChaosError `unavailable` when one is not there, or two names are of one engine
 */
export async function connectSites(
  spec: EnvironmentSpec,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<Site[]> {
  const named = new Map<EngineKey, EngineSpec>();
  for (const cluster of spec.clusters) {
    const key = engineKeyOf(cluster);
    if (!named.has(key)) named.set(key, cluster.docker ?? {});
  }
  const engines: { key: EngineKey; engine: Engine; address: string }[] = [];
  for (const [key, { address = HOST, ...where }] of named)
    engines.push({ key, address, engine: await connectEngine(placeOf(where)) });
  await demandApart(engines.map(({ engine }) => engine));
  const sites: Site[] = [];
  for (const site of engines) {
    await demandLimits(site.engine.docker, spec.limits);
    sites.push({ ...site, images: await findImages(site.engine, spec.nats, ctx) });
  }
  demandOneVersion(
    sites.map(({ images }) => images.nats),
    spec.nats,
  );
  return sites;
}

function placeOf({ host, certPath }: Omit<EngineSpec, 'address'>): EngineAddress {
  return host === undefined ? engineAddress(process.env) : { host, certPath: certPath ?? null };
}

async function findImages(
  engine: Engine,
  wanted: string,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<Site['images']> {
  const { env } = process;
  const toxiproxy = await findImage(engine, { tool: 'toxiproxy-server', env }, ctx);
  return { toxiproxy, nats: await findImage(engine, { tool: 'nats-server', wanted, env }, ctx) };
}

/** Two ways to one engine would be taken for two machines, and everything there would be made twice. */
async function demandApart(engines: readonly Engine[]): Promise<void> {
  if (engines.length === 1) return;
  const hosts = new Map<string, string>();
  for (const { docker, address } of engines) {
    // Engines that were copied have one ID; this network is every engine's own.
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
        {
          hint: 'name it in one way in the `docker` of every cluster that is on it',
        },
      );
    }
    hosts.set(id, address.host);
  }
}
