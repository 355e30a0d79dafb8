import { ChaosError } from '../../support/errors.ts';
import { getJson, type Jsz } from './monitor.ts';

/** The progress of the meta group's log, as one server reports it. */
export interface MetaGroupReading {
  /** Entries applied since the group began. */
  applied: number;
  /** Index of the first entry that is still in the log: a snapshot contains all before it. */
  firstIndex: number;
}

interface RaftGroup {
  applied?: number;
  wal?: { first_seq?: number };
}

/** `/raftz` of one server. @throws ChaosError when it does not answer, or is not in a meta group */
export async function readMetaGroup(monitor: string, systemAccount: string): Promise<MetaGroupReading> {
  const path = `/raftz?group=_meta_&acc=${encodeURIComponent(systemAccount)}`;
  const raftz = await getJson<Record<string, Record<string, RaftGroup>>>(monitor, path);
  const group = raftz[systemAccount]?._meta_;
  if (group?.applied === undefined || group.wal?.first_seq === undefined) {
    throw new ChaosError('failed', `${monitor}${path}: it reports no meta group`);
  }
  return { applied: group.applied, firstIndex: group.wal.first_seq };
}

/** The members of the meta group, as its leader reports them. */
export interface MetaPeers {
  /** Server name. */
  leader: string;
  /** Server names of the peers that are online and have all entries of the leader, the leader included. */
  current: string[];
  /** Server names of all peers. */
  peers: string[];
}

/** `/jsz` of one server. @returns null when it does not lead the meta group */
export async function readMetaPeers(monitor: string, name: string): Promise<MetaPeers | null> {
  const { meta_cluster: meta } = await getJson<Jsz>(monitor, '/jsz');
  if (meta?.leader !== name) return null;
  const others = meta.replicas ?? [];
  const current = others.filter((peer) => peer.current === true && peer.offline !== true);
  return {
    leader: name,
    current: [name, ...current.map((peer) => peer.name)].sort(),
    peers: [name, ...others.map((peer) => peer.name)].sort(),
  };
}
