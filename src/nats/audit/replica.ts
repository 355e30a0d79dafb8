import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { orderStepDown } from '../assets/order-step-down.ts';
import type { Connection } from '../connect.ts';
import { streamInfo } from './stream-info.ts';

/** Longer than an election that goes well. */
const ASK_AGAIN_MS = 500;
/** A node that catches up needs a leader that stays: it is asked for less and less often. */
const ASK_AGAIN_AT_MOST_MS = 4_000;
const LOOK_EVERY_MS = 25;
/** Several elections, and some time to catch up. */
const LEADS_WITHIN_MS = 30_000;

/** What a history calls the replica of a stream on one node: `cluster/stream@node`. */
export function replicaAddress(stream: string, node: string): string {
  return `${stream}@${node}`;
}

/**
 * The nodes that hold a replica of a stream, by the name of their server; the leader is the first, because it need not be
 * made one.
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
  return [...(leader === undefined ? [] : [leader]), ...(cluster?.replicas ?? []).map(({ name }) => name)];
}

/**
 * Makes a node the leader of a stream: only the leader answers for what it holds itself. Before 2.11 a server chooses the
 * next leader; it is asked for another until it is this one.
 *
 * @throws ChaosError `timeout`, after 30 s at the latest, or `aborted`
 */
export async function makeLeader(
  conn: Connection,
  stream: string,
  node: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<void> {
  let askAt = 0;
  let pauseMs = ASK_AGAIN_MS;
  const leads = async (): Promise<boolean> => {
    const { cluster } = await streamInfo(conn, stream, deadline, signal);
    if (cluster?.leader === node) return true;
    const isCurrent = cluster?.replicas?.some(({ name, current }) => name === node && current) === true;
    if (cluster?.leader !== undefined && isCurrent && performance.now() >= askAt) {
      await orderStepDown(conn, `STREAM.LEADER.STEPDOWN.${stream}`, { preferred: node });
      askAt = performance.now() + pauseMs;
      pauseMs = Math.min(2 * pauseMs, ASK_AGAIN_AT_MOST_MS);
    }
    return false;
  };
  const timeoutMs = Math.min(LEADS_WITHIN_MS, Math.max(0, deadline - performance.now()));
  await until(leads, { timeoutMs, everyMs: LOOK_EVERY_MS, signal, what: `${node} to lead ${stream}` });
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
