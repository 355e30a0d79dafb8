/** Of a link between clusters, as files and specifications have it, what tells whether it is a gateway. */
type Joint = { kind: 'leafnode' } | { kind: 'gateway'; between: [string, string] };

/**
 * The other clusters of a cluster's super-cluster: every two of its clusters are joined by gateways, for NATS passes
 * nothing on from one to the next. Empty for a cluster without gateways.
 */
export function gatewayPeers(links: readonly Joint[], cluster: string): string[] {
  return links.flatMap((link) => {
    if (link.kind !== 'gateway' || !link.between.includes(cluster)) return [];
    return link.between.filter((end) => end !== cluster);
  });
}
