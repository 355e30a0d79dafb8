import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { orderStepDown } from '../assets/order-step-down.ts';
import type { Connection } from '../connect.ts';
import { streamInfo } from './stream-info.ts';

/** Longer than an election that goes well. */
const ASK_AGAIN_MS = 500;

/** What a history calls the replica of a stream on one node: `cluster/stream@node`. */
export function replicaAddress(stream: string, node: string): string {
  return `${stream}@${node}`;
}

/**
 * The nodes that hold a replica of a stream, by the name of their server; the leader is the last, so that it leads again
 * once all have been read one after the other.
 *
 * @throws as `streamInfo`
 */
export async function replicasOf(
  conn: Connection,
  stream: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { cluster } = await streamInfo(conn, stream, deadline, signal);
  const leader = cluster?.leader;
  return [...(cluster?.replicas ?? []).map(({ name }) => name), ...(leader === undefined ? [] : [leader])];
}

/**
 * Makes a node the leader of a stream: only the leader answers for what it holds itself. Before 2.11 a server chooses the
 * next leader; it is asked for another until it is this one.
 *
 * @throws ChaosError `timeout`, or `aborted`
 */
export async function makeLeader(
  conn: Connection,
  stream: string,
  node: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<void> {
  const leads = async (): Promise<boolean> => {
    const leader = await leaderOf(conn, stream, deadline, signal);
    if (leader !== undefined && leader !== node)
      await orderStepDown(conn, `STREAM.LEADER.STEPDOWN.${stream}`, { preferred: node });
    return leader === node;
  };
  const timeoutMs = Math.max(0, deadline - performance.now());
  await until(leads, { timeoutMs, everyMs: ASK_AGAIN_MS, signal, what: `${node} to lead ${stream}` });
}

/** @throws ChaosError `failed` when another one leads by now: then it is not known whose replica was read */
export async function stillLeads(
  conn: Connection,
  stream: string,
  node: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<void> {
  const leader = await leaderOf(conn, stream, deadline, signal);
  if (leader !== node)
    throw new ChaosError('failed', `${leader ?? 'nobody'} led ${stream} in the end, and not ${node}`);
}

async function leaderOf(
  conn: Connection,
  stream: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return (await streamInfo(conn, stream, deadline, signal)).cluster?.leader;
}
