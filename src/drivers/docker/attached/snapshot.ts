import type { Json } from '../../../support/json.ts';
import type { Endpoint, AttachedContainer } from './attached-container.ts';

/** The original state of a running container, to which it is restored. A type alias, to be assignable to Json. */
export type Snapshot = { node: string; id: string; name: string; endpoints: Endpoint[] };

export function snapshotOf(node: string, { id, name, endpoints }: AttachedContainer): Snapshot {
  return { node, id, name, endpoints };
}

/** How a container's networks differ from the original state, in words. */
export function endpointDifferences(was: Snapshot, now: Pick<AttachedContainer, 'endpoints'>): string[] {
  const missing = was.endpoints.flatMap((endpoint) => {
    const found = now.endpoints.find(({ network }) => network === endpoint.network);
    if (!found) return [`${was.node} is not connected to the network ${endpoint.network}`];
    if (found.address !== '' && found.address !== endpoint.address)
      return [
        `${was.node} has the address ${found.address} in the network ${endpoint.network}, and had ${endpoint.address}`,
      ];
    const lost = endpoint.aliases.filter((alias) => !found.aliases.includes(alias));
    return lost.length === 0
      ? []
      : [`${was.node} is not called ${lost.join(', ')} in the network ${endpoint.network} any more`];
  });
  const more = now.endpoints.filter(({ network }) => !was.endpoints.some((one) => one.network === network));
  return [...missing, ...more.map(({ network }) => `${was.node} is connected to the network ${network} too`)];
}

/** Reads what a journal holds. @returns null for anything else */
export function snapshotFrom(value: Json): Snapshot | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { node, id, name, endpoints } = value;
  if (typeof node !== 'string' || typeof id !== 'string' || typeof name !== 'string') return null;
  if (!/^[0-9a-f]{64}$/.test(id) || !Array.isArray(endpoints)) return null;
  return { node, id, name, endpoints: endpoints.flatMap(endpointFrom) };
}

function endpointFrom(value: Json): Endpoint[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { network, address, aliases, pinned } = value;
  if (typeof network !== 'string' || typeof address !== 'string' || !Array.isArray(aliases)) return [];
  const names = aliases.filter((alias) => typeof alias === 'string');
  return [{ network, address, aliases: names, pinned: pinned === true }];
}

/** IPv4 addresses in their order. */
export function byAddress(a: { address: string }, b: { address: string }): number {
  return valueOf(a.address) - valueOf(b.address);
}

function valueOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
