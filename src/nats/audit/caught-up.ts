import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { readLocalStreams } from '../monitor/local-streams.ts';
import { getJson, type Healthz } from '../monitor/monitor.ts';
import { streamInfo } from './stream-info.ts';

/** Where the server of a replica is asked for what it has itself. */
export interface OwnState {
  /** Base URL of its monitoring endpoint. */
  monitor: string;
  /** Of the stream. */
  account: string;
}

/** A replica that stays behind its stream, although the leader calls it current. */
interface LeftBehind {
  /** Its last sequence. */
  behind: number;
  /** In words. */
  error: string;
}

/** What the leader of a stream and the server of a replica say at one moment. */
export interface Moment {
  leader: string;
  /** The last sequence of the stream by its leader. */
  lastSeq: number;
  /** The leader calls the replica current, or it is the leader. */
  isCurrent: boolean;
  /** The last sequence of the replica by its own server. */
  own: number;
}

/** Servers ask again for what is missing 5 s after nothing has come, and 30 s after something has: longer than both together. */
const STILL_MS: Milliseconds = 45_000;
const WITHIN_MS: Milliseconds = 75_000;
/** Servers that do not answer for so long cannot be asked. */
const SILENT_MS: Milliseconds = 5_000;
const EVERY_MS: Milliseconds = 250;

/**
 * Waits until the server of a replica says that it has all that the stream has: it cannot lead before, and what makes others lead
 * keeps it from catching up.
 *
 * @returns that it stays behind, where it does although its leader calls it current, nothing else goes on, and its server
 *   answers all the while: then neither it nor its machine is too slow; null where it has caught up, or nothing can be said
 */
export async function waitUntilCaughtUp(
  conn: Connection,
  stream: string,
  node: string,
  { monitor, account }: OwnState,
  signal: AbortSignal | undefined,
): Promise<LeftBehind | null> {
  const end = performance.now() + WITHIN_MS;
  const stillness = new Stillness();
  for (let answeredAt = performance.now(); ;) {
    const moment = await momentOf(conn, stream, node, { monitor, account }, end, signal).catch(() => null);
    const now = performance.now();
    if (moment !== null) answeredAt = now;
    const isStill = stillness.add(now, moment);
    if (moment !== null && moment.own >= moment.lastSeq) return null;
    if (moment !== null && isStill) {
      const text = `it stays at sequence ${moment.own} of ${moment.lastSeq} for ${STILL_MS / 1000} s, although its leader calls it current`;
      const says = await healthOf(monitor);
      return { behind: moment.own, error: says === '' ? text : `${text}; its own server says: ${says}` };
    }
    if (now >= end || now - answeredAt >= SILENT_MS) return null;
    await sleep(EVERY_MS, signal);
  }
}

/** Moments in a row in which a replica is behind and everything is as it was. */
export class Stillness {
  #since: Milliseconds = 0;
  #mark = '';

  /**
   * @param moment null: not all have answered
   * @returns whether it has been so for long enough
   */
  add(now: Milliseconds, moment: Moment | null): boolean {
    const isBehind = moment?.isCurrent === true && moment.own < moment.lastSeq;
    const mark = isBehind ? JSON.stringify(moment) : '';
    if (mark !== this.#mark) [this.#mark, this.#since] = [mark, now];
    return isBehind && now - this.#since >= STILL_MS;
  }
}

async function momentOf(
  conn: Connection,
  stream: string,
  node: string,
  { monitor, account }: OwnState,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<Moment | null> {
  const [{ state, cluster }, held] = await Promise.all([
    streamInfo(conn, stream, deadline, signal),
    readLocalStreams(monitor),
  ]);
  const named = held.filter(({ name }) => name === stream);
  // Servers without accounts of their own call theirs by another name.
  const own = named.length === 1 ? named[0] : named.find((one) => one.account === account);
  const leader = cluster?.leader;
  if (own === undefined || leader === undefined) return null;
  const isCurrent =
    leader === node || cluster?.replicas?.some(({ name, current }) => name === node && current) === true;
  return { leader, lastSeq: state.last_seq, isCurrent, own: own.lastSeq };
}

async function healthOf(monitor: string): Promise<string> {
  const { error = '' } = await getJson<Healthz>(monitor, '/healthz').catch((): Healthz => ({}));
  return error;
}
