import type { ContainersSpec } from '../../spec.ts';
import type { AttachedContainer } from './attached-container.ts';

/** Where an engine is, seen from the runner. */
export interface EngineSide {
  /** The host on which ports are published. */
  host: string;
  /** Whether containers can be reached at their own addresses. */
  reachesContainers: boolean;
}

/** By the engine's address, as in DOCKER_HOST. */
export function engineSide(address: string, platform: NodeJS.Platform): EngineSide {
  const [scheme = '', rest = ''] = address.split('://');
  if (scheme === 'unix' || scheme === 'npipe')
    return { host: '127.0.0.1', reachesContainers: platform === 'linux' };
  const host = rest.replace(/^[^@]*@/, '').replace(/(:\d+)?(\/.*)?$/, '');
  return { host, reachesContainers: false };
}

/**
 * Where a server in a container is reached: at its published ports, or else at its own address.
 *
 * @returns `host:port` for clients and the URL of the monitoring endpoint, or in words why it cannot be reached
 */
export function whereIs(
  container: Pick<AttachedContainer, 'name' | 'published' | 'endpoints'>,
  { clientPort, monitorPort }: Pick<ContainersSpec, 'clientPort' | 'monitorPort'>,
  side: EngineSide,
): { client: string; monitor: string } | string {
  const client = reach(container, clientPort, side);
  const monitor = reach(container, monitorPort, side);
  if (client !== null && monitor !== null) return { client, monitor: `http://${monitor}` };
  if (container.endpoints.some(({ network }) => network === 'host')) {
    return `the container ${container.name} is in the network of its host, where the engine knows neither its ports nor its address: say where it is by \`servers\`, without \`docker\``;
  }
  const closed = [...(client === null ? [clientPort] : []), ...(monitor === null ? [monitorPort] : [])];
  return `the container ${container.name} does not publish port ${closed.join(' and ')}, and its own address cannot be reached from here`;
}

/** The port of the engine's machine on which a port of a container is published; undefined when it is not. */
export function publishedPort({ published }: Pick<AttachedContainer, 'published'>, port: number) {
  return published[`${port}/tcp`]?.[0]?.port;
}

function reach(
  { published, endpoints }: Pick<AttachedContainer, 'published' | 'endpoints'>,
  port: number,
  side: EngineSide,
): string | null {
  const [binding] = published[`${port}/tcp`] ?? [];
  if (binding) return `${EVERYWHERE.includes(binding.host) ? side.host : binding.host}:${binding.port}`;
  const address = endpoints.find((endpoint) => endpoint.address !== '')?.address;
  return side.reachesContainers && address !== undefined ? `${address}:${port}` : null;
}

/** Values that stand for every address of a machine. */
const EVERYWHERE = ['', '0.0.0.0', '::'];
