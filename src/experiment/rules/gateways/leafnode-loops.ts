import type { Inventory } from '../../resolve/inventory.ts';
import { clustersReachable, superClusterOf } from '../../resolve/reachable-clusters.ts';
import { field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const leafnodeLoops: EnvironmentRule = {
  name: 'gateways/leafnode-loops',
  demand: 'No leafnode link joins two clusters that other links of its account, or gateways, join already.',
  check({ value, inventory, complaints }) {
    const before: Inventory = {
      ...inventory,
      links: inventory.links.filter(({ kind }) => kind === 'gateway'),
    };
    itemsOf(field(value, 'links')).forEach((link, i) => {
      const [from, to] = [textOf(field(link, 'from')), textOf(field(link, 'to'))];
      if (from === undefined || to === undefined || from === to) return;
      if (superClusterOf(from, inventory).includes(to)) {
        complaints.error(
          `/links/${i}`,
          `gateways join ${from} and ${to} already; a leafnode link between them would close a loop`,
        );
        return;
      }
      const several = textsOf(field(link, 'accounts'));
      const accounts =
        several.length > 0 ? several : [textOf(field(link, 'account')) ?? inventory.defaultAccount];
      for (const account of accounts) {
        if (isJoined(from, to, account, before))
          complaints.error(
            `/links/${i}`,
            `other links of account ${account ?? 'none'} lead from ${from} to ${to} already; this one would close a loop, which servers refuse ("loop detected")`,
          );
        before.links.push({ kind: 'leafnode', clusters: [from, to], account });
      }
    });
  },
};

/** Whether a way leads from one cluster to the other; two links between the same two are an error of their own. */
function isJoined(from: string, to: string, account: string | undefined, before: Inventory): boolean {
  const isDirect = before.links.some(
    (link) => link.account === account && link.clusters.includes(from) && link.clusters.includes(to),
  );
  return !isDirect && clustersReachable(from, ['leafnode', 'gateway'], before, account).has(to);
}
