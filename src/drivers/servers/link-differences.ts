import { getJson, type Gatewayz, type Leafz } from '../../nats/monitor/monitor.ts';
import type { NodeInfo } from '../driver.ts';
import type { LinkSpec } from '../spec.ts';

/** What servers say of the connections to other clusters. */
type Answers = { gateways: Gatewayz; leafnodes: Leafz };

/** The links that a file states and servers do not have, in words. @throws when a monitoring endpoint does not answer */
export async function linkDifferences(
  links: readonly LinkSpec[],
  nodes: readonly NodeInfo[],
): Promise<string[]> {
  if (links.length === 0) return [];
  const answers = new Map(
    await Promise.all(nodes.map(async (node) => [node.address, await askNode(node)] as const)),
  );
  return links.flatMap((link) => {
    if (link.kind === 'gateway') {
      const [a, b] = link.between;
      return leads(a, b, nodes, answers) && leads(b, a, nodes, answers)
        ? []
        : [`no gateway joins ${a} and ${b}`];
    }
    const { from, to, account } = link;
    return dials(link, nodes, answers)
      ? []
      : [`no leafnode link of the account ${account} leads from ${from} to ${to}`];
  });
}

async function askNode({ monitor }: NodeInfo): Promise<Answers> {
  const [gateways, leafnodes] = await Promise.all([
    getJson<Gatewayz>(monitor, '/gatewayz'),
    getJson<Leafz>(monitor, '/leafz'),
  ]);
  return { gateways, leafnodes };
}

function leads(
  from: string,
  to: string,
  nodes: readonly NodeInfo[],
  answers: ReadonlyMap<string, Answers>,
): boolean {
  return nodes.some(
    ({ cluster, address }) =>
      cluster === from && answers.get(address)?.gateways.outbound_gateways?.[to] !== undefined,
  );
}

/** The account is that of the side that dials. */
function dials(
  { from, to, account }: Extract<LinkSpec, { kind: 'leafnode' }>,
  nodes: readonly NodeInfo[],
  answers: ReadonlyMap<string, Answers>,
): boolean {
  const there = nodes.filter(({ cluster }) => cluster === to).map(({ name }) => name);
  return nodes.some(
    ({ cluster, address }) =>
      cluster === from &&
      answers
        .get(address)
        ?.leafnodes.leafs?.some((leaf) => leaf.account === account && there.includes(leaf.name ?? '')) ===
        true,
  );
}
