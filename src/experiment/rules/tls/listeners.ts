import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

/** Links between clusters that a listener is for. */
const OF_LINKS: Readonly<Record<string, string>> = { leafnodes: 'leafnode', gateways: 'gateway' };
/** A cluster says nothing of its gateways itself. */
const OF_CLUSTERS: Readonly<Record<string, string>> = { leafnodes: 'leafnode' };

export const tlsListeners: EnvironmentRule = {
  name: 'tls/listeners',
  demand: 'TLS is set only on servers that the runner starts, and only where something connects.',
  check({ value, complaints }) {
    const links = itemsOf(field(value, 'links'));
    const ofClusters = entriesOf(field(value, 'clusters')).map(
      ([name, body]) => [`${child('/clusters', name)}/tls`, body, links.filter(dials(name))] as const,
    );
    for (const [at, holder, connecting] of [['/tls', value, links] as const, ...ofClusters]) {
      const tls = field(holder, 'tls');
      if (tls === undefined) continue;
      const origin = originOfServers(value);
      if (origin !== 'started') {
        const holder = origin === 'compose' ? 'compose' : 'attach';
        complaints.error(
          at,
          `the runner makes certificates only for servers that it starts; expected \`${holder}: { tls: { ca: … } }\`, for clients of servers that have theirs, or nothing`,
          'key',
        );
        continue;
      }
      checkLinks(at, tls, connecting, holder === value ? OF_LINKS : OF_CLUSTERS);
    }

    function checkLinks(
      at: Pointer,
      tls: unknown,
      connecting: readonly unknown[],
      kindOf: Readonly<Record<string, string>>,
    ): void {
      const kinds = connecting.map((link) => textOf(field(link, 'kind')));
      for (const [listener, wanted] of entriesOf(tls)) {
        const kind = kindOf[listener];
        if (kind === undefined || wanted === false || kinds.includes(kind)) continue;
        complaints.error(
          `${at}/${listener}`,
          `no link of this kind is declared: expected one under \`links\``,
          'key',
        );
      }
    }
  },
};

/** Whether a leafnode link leads to a cluster. */
function dials(cluster: string): (link: unknown) => boolean {
  return (link) => textOf(field(link, 'to')) === cluster;
}
