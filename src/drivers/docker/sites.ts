import type { DriverContext } from '../driver.ts';
import { HOST } from '../shared/topology.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { demandLimits } from './docker-limits.ts';
import type { Engine } from './engine.ts';
import { connectEngines, type EngineKey } from './engines.ts';
import { demandOneVersion, findImage, type ServerImage } from './find-image.ts';

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
 * @throws ChaosError `unavailable`
 */
export async function connectSites(
  spec: EnvironmentSpec,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<Site[]> {
  const engines = await connectEngines(spec.clusters);
  const sites: Site[] = [];
  for (const { address = HOST, ...one } of engines) {
    await demandLimits(one.engine.docker, spec.limits);
    sites.push({ ...one, address, images: await findImages(one.engine, spec.nats, ctx) });
  }
  demandOneVersion(
    sites.map(({ images }) => images.nats),
    spec.nats,
  );
  return sites;
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
