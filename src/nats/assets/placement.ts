import { orderApi, orderWhenFree } from './api.ts';
import type { Connection } from '../connect.ts';

/** The server tag that only this node carries, so that a placement can name it. */
export function nodeTag(name: string): string {
  return `node:${name}`;
}

/** Removes the replica of a stream from a server; the meta leader chooses another server for it, if there is one. */
export async function removePeer(connection: Connection, stream: string, server: string): Promise<void> {
  await orderApi(connection, `STREAM.PEER.REMOVE.${stream}`, { peer: server });
}

export interface MoveRequest {
  account: string;
  stream: string;
  /** Server names. */
  from: string;
  /** Left out: the meta leader chooses. */
  to?: string;
}

/** Moves the replica of a stream to a server that has none: it is copied first, and then removed from the old one. */
export async function moveReplica(connection: Connection, request: MoveRequest): Promise<void> {
  const { account, stream, from, to } = request;
  await orderWhenFree(connection, `ACCOUNT.STREAM.MOVE.${account}.${stream}`, {
    server: from,
    ...(to === undefined ? {} : { tags: [nodeTag(to)] }),
  });
}

/** Removes a server from the meta group for good. The connection must be in the system account. */
export async function removeServer(connection: Connection, server: string): Promise<void> {
  await orderApi(connection, 'SERVER.REMOVE', { peer: server });
}
