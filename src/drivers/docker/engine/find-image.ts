import { ChaosError, messageOf } from '../../../support/errors.ts';
import { installedBinary, resolveBinary, type ToolName } from '../../binaries/index.ts';
import { parseVersion } from '../../../support/versions.ts';
import type { DriverContext } from '../../driver.ts';
import { tolerating } from './calls.ts';
import type { Engine } from './engine.ts';
import { imageOf } from './images.ts';
import { askImageVersion, pull } from './pull.ts';

/** An image that an engine has, and the release of the server in it. */
export interface ServerImage {
  name: string;
  version: string;
}

interface Request {
  tool: ToolName;
  /** `2.12.3`, `2.12`, `latest` or a path; for Toxiproxy left out. */
  wanted?: string;
  env: NodeJS.ProcessEnv;
}

/** Official images: the repository, the default tag, and the variable that names another repository. */
const OFFICIAL: Record<ToolName, { repository: string; tag: string; variable: string }> = {
  'nats-server': { repository: 'nats', tag: 'latest', variable: 'NATS_CHAOS_NATS_IMAGE' },
  'toxiproxy-server': {
    repository: 'ghcr.io/shopify/toxiproxy',
    tag: '2.12.0',
    variable: 'NATS_CHAOS_TOXIPROXY_IMAGE',
  },
};

/**
 * Finds an image of a server. In this order: the official image if the engine has it; an image made from an installed
 * binary; the official image, pulled; an image made from a fetched binary. What is installed comes before any registry,
 * so that a machine without a registry need not wait for one.
 *
 * @throws ChaosError `unavailable` with every reason
 */
export async function findImage(
  engine: Engine,
  request: Request,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<ServerImage> {
  const { repository, tag, variable } = OFFICIAL[request.tool];
  const official = `${request.env[variable] ?? repository}:${request.wanted ?? tag}`;
  const isPath = request.wanted?.includes('/') === true;
  const exact = parseVersion(request.wanted ?? tag);
  if (!isPath && exact !== undefined && (await tolerating([404], engine.docker.getImage(official).inspect())))
    return { name: official, version: exact };

  const binaryContext = { ...ctx, env: request.env };
  const here = await installedBinary(request, binaryContext);
  const unfit: string[] = [];
  if (here) {
    try {
      return { name: await imageOf(engine, request.tool, here.version, here.path), version: here.version };
    } catch (error) {
      // A path that the user names is a request, so its error counts; another installed binary may be for another
      // machine.
      if (here.source === 'path' || !(error instanceof ChaosError)) throw error;
      unfit.push(error.message);
    }
  }
  try {
    await pull(engine, official, ctx);
    return { name: official, version: exact ?? (await askImageVersion(engine, official)) };
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    unfit.push(messageOf(error));
    ctx.progress(`${messageOf(error)}; making an image from a binary instead`);
  }
  try {
    const got = await resolveBinary(request, binaryContext);
    return { name: await imageOf(engine, request.tool, got.version, got.path), version: got.version };
  } catch (error) {
    if (!(error instanceof ChaosError) || error.code !== 'unavailable') throw error;
    throw new ChaosError('unavailable', [...unfit, error.message].join('; '), {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** The release that all of these images have. @throws ChaosError `unavailable` when engines have different ones */
export function demandOneVersion(images: readonly Pick<ServerImage, 'version'>[], wanted: string): string {
  const [version = '', ...others] = new Set(images.map((image) => image.version));
  if (others.length === 0) return version;
  throw new ChaosError(
    'unavailable',
    `"${wanted}" is ${[version, ...others].join(' on one Docker engine and ')} on another`,
    { hint: 'name one release in full, such as 2.12.3' },
  );
}
