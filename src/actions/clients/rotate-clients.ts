import type { NodeInfo } from '../../drivers/driver.ts';
import { kick, readConnections } from '../../nats/monitor/connections.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { onCluster, systemName } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { clusterOrNodes, clusterOrNodesText, eitherRule, resolveClusterOrNodes } from '../targets.ts';

const schema = Type.Object(
  {
    kind: Type.Literal('rotate-clients'),
    ...clusterOrNodes,
    workload: Type.Optional(
      address('workload', 'Only the connections of this workload; left out: those of all clients.'),
    ),
    within: defaulted(timeLimit('How long the clients may take to be connected again.'), '30s'),
  },
  {
    ...eitherRule,
    description:
      "Makes servers end the connections of their clients, all at nearly the same moment, as a load balancer does that moves on; the clients connect again. The runner's own connections stay.",
  },
);
type Options = Static<typeof schema>;

export const rotateClients: Action<typeof schema> = {
  kind: 'rotate-clients',
  summary: 'Makes servers end the connections of their clients, which connect again',
  proof:
    'The servers list their connections: none of those of before is left, and as many of each name are there again, with new ids.',
  example: '{ kind: rotate-clients, cluster: qa1a }',
  schema,
  requires: [],
  title: (options: Options) =>
    `rotate the clients of ${clusterOrNodesText(options)}${options.workload === undefined ? '' : ` (${options.workload})`}`,
  async perform(ctx, options) {
    demandSystemUser(ctx);
    const addresses = await resolveClusterOrNodes(ctx, options);
    const chosen = ctx.nodes.filter((node) => addresses.includes(node.address));
    const clusters = [...new Set(chosen.map(({ cluster }) => cluster))];
    const near = ctx.nodes.filter(({ cluster }) => clusters.includes(cluster));
    // A client may come back at any node of the cluster.
    const before = await connectionsOf(near, options);
    const kicked = before.filter(({ node }) => addresses.includes(node));
    if (kicked.length === 0) {
      throw new ChaosError('failed', `no client is connected to ${clusterOrNodesText(options)}`);
    }
    for (const cluster of clusters) {
      await onCluster(ctx, cluster, systemName(ctx), async (connection) => {
        const here = kicked.filter((one) => one.cluster === cluster);
        for (const { node, cid } of here) {
          await kick(connection, (await ctx.observer.server(node)).id, cid);
        }
      });
    }
    return observeUntil({
      observe: () => connectionsOf(near, options),
      holds: (now) =>
        left(kicked, now) === 0 && namesOf(before).every((name) => count(now, name) >= count(before, name)),
      describe: (now) => {
        const back = namesOf(kicked).map((name) => `${name}: ${count(now, name)} of ${count(before, name)}`);
        return `${kicked.length} connections ended, ${left(kicked, now)} of them still there; connected now, by name: ${back.join(', ')}`;
      },
      timeoutMs: options.within,
      signal: ctx.signal,
    });
  },
};

interface Client {
  node: string;
  cluster: string;
  cid: number;
  name: string;
}

/** The connections of clients, without the runner's own. */
async function connectionsOf(nodes: readonly NodeInfo[], { workload }: Options): Promise<Client[]> {
  const all = await Promise.all(
    nodes.map(async ({ address: node, cluster, monitor }) =>
      (await readConnections(monitor).catch(() => [])).map((one) => ({ node, cluster, ...one })),
    ),
  );
  // A workload of several publishers numbers its connections: `publish`, `publish 2`.
  return all
    .flat()
    .filter(({ name }) => !name.startsWith('nats-chaos/'))
    .filter(({ name }) => workload === undefined || name === workload || name.startsWith(`${workload} `));
}

function left(kicked: readonly Client[], now: readonly Client[]): number {
  return kicked.filter((one) => now.some(({ node, cid }) => node === one.node && cid === one.cid)).length;
}

function namesOf(clients: readonly Client[]): string[] {
  return [...new Set(clients.map(({ name }) => name))].sort();
}

function count(clients: readonly Client[], wanted: string): number {
  return clients.filter(({ name }) => name === wanted).length;
}

function demandSystemUser(ctx: ActionContext): void {
  if (ctx.spec.accounts.some((account) => account.system && account.users.length > 0)) return;
  throw new ChaosError('failed', 'only a user of a system account may end connections; there is none', {
    hint: 'give the environment an account with system: true and a user',
  });
}
