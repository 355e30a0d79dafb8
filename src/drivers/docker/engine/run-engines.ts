import type { DriverContext } from '../../driver.ts';
import { HOST } from '../../servers/topology.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { demandImage } from './demand-image.ts';
import { demandLimits } from './docker-limits.ts';
import type { Engine } from './engine.ts';
import { connectEngines, type EngineKey } from './engines.ts';
import { demandOneVersion, findImage, type ServerImage } from './find-image.ts';

/** One of the engines of a run. */
export interface RunEngine {
  key: EngineKey;
  engine: Engine;
  /** IPv4 address of its machine, on which it publishes ports. */
  address: string;
  /** Without Toxiproxy when every link is direct. */
  images: { nats: ServerImage; toxiproxy?: ServerImage };
}

/**
 * Every engine that the clusters name, connected, with the images that it needs.
 *
 * @param withToxiproxy whether any link goes through a proxy
 * @throws ChaosError `unavailable`
 */
export async function connectRunEngines(
  spec: EnvironmentSpec,
  withToxiproxy: boolean,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<RunEngine[]> {
  const engines = await connectEngines(spec.clusters);
  const runEngines: RunEngine[] = [];
  for (const { address = HOST, ...one } of engines) {
    await demandLimits(one.engine.docker, spec.limits);
    runEngines.push({ ...one, address, images: await findImages(one.engine, spec.nats, withToxiproxy, ctx) });
    for (const image of imagesOfServices(spec)) await demandImage(one.engine, image, ctx);
  }
  demandOneVersion(
    runEngines.map(({ images }) => images.nats),
    spec.nats,
  );
  return runEngines;
}

function imagesOfServices({ services = [] }: EnvironmentSpec): Set<string> {
  return new Set(services.flatMap(({ container }) => (container?.build ? [] : (container?.image ?? []))));
}

async function findImages(
  engine: Engine,
  wanted: string,
  withToxiproxy: boolean,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<RunEngine['images']> {
  const { env } = process;
  const toxiproxy = withToxiproxy
    ? await findImage(engine, { tool: 'toxiproxy-server', env }, ctx)
    : undefined;
  const nats = await findImage(engine, { tool: 'nats-server', wanted, env }, ctx);
  return { nats, ...(toxiproxy && { toxiproxy }) };
}
