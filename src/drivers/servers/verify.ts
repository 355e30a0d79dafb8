import { askForJetStream, consumerConfiguration, streamConfiguration } from '../../nats/assets/configured.ts';
import { isAuthorizationRefusal, withConnection, type Connection } from '../../nats/connect.ts';
import { getJson, type Varz } from '../../nats/monitor/monitor.ts';
import { messageOf } from '../../support/errors.ts';
import type { NodeInfo } from '../driver.ts';
import type { AccountSpec, EnvironmentSpec } from '../spec.ts';
import { allowanceDifferences, statesAllowance } from './account-differences.ts';
import { consumerDifferences, streamDifferences } from './differences.ts';
import { linkDifferences } from './link-differences.ts';
import { sharingDifferences } from './sharing-differences.ts';

/** One difference between the servers and the file. */
export interface Difference {
  /** In words. */
  text: string;
  /** True if it will not change with time; false if a server may just not have started completely. */
  lasts: boolean;
}

export interface Verification {
  /** Empty when everything matches the file. */
  differences: Difference[];
  /** The releases that the servers run. */
  versions: string[];
}

export interface VerifyContext {
  spec: EnvironmentSpec;
  nodes: readonly NodeInfo[];
  connect(servers: string[], account: string): Promise<Connection>;
}

/** Compares the servers with the file, by reading only, and returns every difference, not only the first. */
export async function verify(ctx: VerifyContext): Promise<Verification> {
  const servers = await Promise.all(ctx.nodes.map((node) => verifyNode(ctx, node)));
  const found = servers.flatMap(({ differences }) => differences);
  const versions = [...new Set(servers.flatMap(({ version }) => version ?? []))].sort();
  // When the servers themselves differ, comparing their streams is pointless.
  if (found.length > 0) return { differences: found, versions };
  const kept = await Promise.all([
    verifyLinks(ctx),
    verifySharing(ctx),
    ...placesOf(ctx.spec).map((place) => verifyPlace(ctx, place)),
  ]);
  return { differences: kept.flat(), versions };
}

/** Of containers, the engine shows how they are joined. A link may come back by itself. */
async function verifyLinks({ spec, nodes }: VerifyContext): Promise<Difference[]> {
  if (spec.attach === undefined || spec.attach.containers !== undefined) return [];
  try {
    return (await linkDifferences(spec.links, nodes)).map(passing);
  } catch (error) {
    return [passing(messageOf(error))];
  }
}

async function verifySharing({ spec, nodes }: VerifyContext): Promise<Difference[]> {
  if (spec.attach === undefined) return [];
  try {
    return (await sharingDifferences(spec.accounts, nodes)).map(lasting);
  } catch (error) {
    return [passing(messageOf(error))];
  }
}

async function verifyNode(
  ctx: VerifyContext,
  node: NodeInfo,
): Promise<{ differences: Difference[]; version?: string }> {
  let varz: Varz;
  try {
    varz = await getJson<Varz>(node.monitor, '/varz');
  } catch (error) {
    return { differences: [passing(`${node.address} does not answer: ${messageOf(error)}`)] };
  }
  const differences: Difference[] = [];
  if (varz.server_name !== node.name) {
    differences.push(lasting(`${node.monitor} is the server ${varz.server_name}, and not ${node.name}`));
  }
  const alone = ctx.nodes.filter(({ cluster }) => cluster === node.cluster).length === 1;
  const cluster = varz.cluster?.name;
  // A single server has no cluster name.
  if (cluster !== node.cluster && !(alone && (cluster === undefined || cluster === ''))) {
    differences.push(
      lasting(`${node.address} is in the cluster ${cluster ?? 'without a name'}, and not ${node.cluster}`),
    );
  }
  differences.push(...(await verifyClientPort(ctx, node, varz)));
  return { differences, version: varz.version };
}

/** Checks that both addresses of a node belong to the same server. */
async function verifyClientPort(ctx: VerifyContext, node: NodeInfo, varz: Varz): Promise<Difference[]> {
  const account = ctx.spec.accounts.find(({ system }) => !system)?.name ?? '';
  try {
    const info = await withConnection(ctx.connect([node.client], account), ({ info }) =>
      Promise.resolve(info),
    );
    return info?.server_id === varz.server_id
      ? []
      : [
          passing(
            `${node.client} and ${node.monitor} are not one server: ${info?.server_name} and ${varz.server_name}`,
          ),
        ];
  } catch (error) {
    return [shutOut(node.address, account, error)];
  }
}

interface Place {
  cluster: string;
  account: string;
}

/**
 * Where JetStream is queried: the accounts of each cluster that own assets, or else the first that may use JetStream; and
 * those whose limits are stated, and that have a user.
 */
function placesOf(spec: EnvironmentSpec): Place[] {
  return spec.clusters.flatMap(({ name, jetstream }) => {
    if (jetstream === false) return [];
    const owners = [...spec.streams, ...spec.consumers].filter(({ cluster }) => cluster === name);
    const first = spec.accounts.find(({ jetstream }) => jetstream)?.name;
    const accounts = new Set(owners.map(({ account }) => account));
    if (accounts.size === 0 && first !== undefined) accounts.add(first);
    for (const account of spec.accounts)
      if (account.jetstream && account.users.length > 0 && isStated(spec, account))
        accounts.add(account.name);
    return [...accounts].map((account) => ({ cluster: name, account }));
  });
}

function isStated({ attach }: EnvironmentSpec, account: AccountSpec): boolean {
  return attach !== undefined && statesAllowance(account);
}

async function verifyPlace(ctx: VerifyContext, { cluster, account }: Place): Promise<Difference[]> {
  const { spec, nodes } = ctx;
  const isHere = (one: { cluster: string; account: string }): boolean =>
    one.cluster === cluster && one.account === account;
  const servers = nodes.filter((node) => node.cluster === cluster).map((node) => node.client);
  let connection: Connection;
  try {
    connection = await ctx.connect(servers, account);
  } catch (error) {
    return [shutOut(cluster, account, error)];
  }
  try {
    const allowance = await askForJetStream(connection);
    const limited = spec.accounts.find((one) => one.name === account && isStated(spec, one));
    const limits = limited === undefined ? [] : allowanceDifferences(limited, cluster, allowance);
    const streams = spec.streams.filter(isHere).map(async (stream) => {
      const found = await streamConfiguration(connection, stream.name);
      if (found === null) return [`there is no stream ${stream.address}`];
      return streamDifferences(stream, statedOf(spec, stream.address), found);
    });
    const consumers = spec.consumers.filter(isHere).map(async (consumer) => {
      const found = await consumerConfiguration(connection, consumer.stream, consumer.name);
      if (found === null) return [`there is no consumer ${consumer.address}`];
      return consumerDifferences(consumer, statedOf(spec, consumer.address), found);
    });
    return [...limits, ...(await Promise.all([...streams, ...consumers])).flat()].map(lasting);
  } catch (error) {
    return [passing(`JetStream of ${account} on ${cluster} does not answer: ${messageOf(error)}`)];
  } finally {
    await connection.close();
  }
}

function statedOf(spec: EnvironmentSpec, address: string): readonly string[] {
  return spec.attach?.stated[address] ?? [];
}

function shutOut(where: string, account: string, error: unknown): Difference {
  return {
    text: `${where} lets no client in as ${account}: ${messageOf(error)}`,
    lasts: isAuthorizationRefusal(error),
  };
}

function lasting(text: string): Difference {
  return { text, lasts: true };
}

function passing(text: string): Difference {
  return { text, lasts: false };
}
