import type { PlacedLink } from '../servers/topology.ts';
import type { ReplicaCounts } from './counts.ts';
import type { PlacedReplica } from './place.ts';

/** Where a replica connects to. */
export interface Dialling<L extends PlacedLink> {
  /** `host:port` that it connects to for a link, which is the proxy of a link that is under control. */
  readonly dialOf: (link: L) => string;
  /** Its own `host:port`, by the name of a port. */
  readonly ownAt: (port: string) => string;
  /** The address on which it is to listen. */
  listen: string;
}

/**
 * What the placeholders of one replica stand for: its own ports and folder, and for each of its links where it connects
 * to. `link.NAME` has the replicas that run now, and `link.NAME.2` is there for every one that may.
 */
export function placeholderValues<L extends PlacedLink>(
  { address, number, spec, listensOn, folder }: Omit<PlacedReplica, 'ports'>,
  links: readonly L[],
  counts: ReplicaCounts,
  { dialOf, ownAt, listen }: Dialling<L>,
): Record<string, string> {
  const values: Record<string, string> = { replica: String(number), data: folder, here: spec.here, listen };
  for (const [use, port] of Object.entries(listensOn)) values[`port.${use}`] = String(port);
  for (const { as, to, port } of spec.links) {
    const others = links
      .filter((link) => link.from === address && link.to.startsWith(`${to}/`) && link.portName === port)
      .map((link) => ({ end: link.to, at: dialOf(link) }));
    // A service that is linked to itself has its own address in the place of a link.
    const own = to === spec.name && port !== undefined ? [{ end: address, at: ownAt(port) }] : [];
    const all = [...others.slice(0, number - 1), ...own, ...others.slice(number - 1)];
    const ends = own.length > 0 ? all : others;
    const scheme = port === undefined ? 'nats://' : '';
    values[`link.${as}`] = ends
      .filter(({ end }) => counts.includesAddress(end))
      .map(({ at }) => scheme + at)
      .join(',');
    ends.forEach(({ at }, i) => {
      const colon = at.lastIndexOf(':');
      values[`link.${as}.${i + 1}`] = scheme + at;
      values[`link.${as}.${i + 1}.host`] = at.slice(0, colon);
      values[`link.${as}.${i + 1}.port`] = at.slice(colon + 1);
    });
  }
  return values;
}
