import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deleteStreams } from '../../nats/assets/delete-streams.ts';
import { withConnection, type Connection } from '../../nats/connect.ts';
import { getJson } from '../../nats/monitor/monitor.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { ResolvedBinary } from '../binaries/index.ts';
import { hasTls, type EnvironmentSpec } from '../spec.ts';
import type { StandingServers } from '../standing-servers.ts';
import { storeFolder } from '../storage/own-filesystems.ts';
import type { RunningProcesses } from './running.ts';

/** Plain processes that one run has left for the next. */
export interface StandingProcesses extends StandingServers {
  /** The environment as the files say it. */
  declared: EnvironmentSpec;
  /** The same with the users and keys that were made for it. */
  started: EnvironmentSpec;
  running: RunningProcesses;
  binaries: { nats: ResolvedBinary; toxiproxy?: ResolvedBinary };
  /** What its servers answer with. */
  tag: string;
}

/** Whether nothing of an environment outlives its streams but the servers themselves, as their configuration made them. */
export function mayServeSeveral(spec: EnvironmentSpec, { assertions }: ResolvedBinary): boolean {
  const special = [spec.services, spec.stores, spec.limits, spec.packets, spec.attach, spec.compose];
  return assertions !== true && !hasTls(spec) && special.every((one) => one === undefined);
}

/** Whether the servers are configured as another environment wants them. */
export function isConfiguredAs(declared: EnvironmentSpec, wanted: EnvironmentSpec): boolean {
  return JSON.stringify(serverPart(declared)) === JSON.stringify(serverPart(wanted));
}

function serverPart(spec: EnvironmentSpec): object {
  return { ...spec, streams: [], consumers: [] };
}

/** By then a server has removed the files of a stream. */
const CLEARED_MS = 10_000;

export interface ClearContext {
  spec: EnvironmentSpec;
  running: RunningProcesses;
  readonly connect: (server: string, account: string) => Promise<Connection>;
  signal: AbortSignal;
}

/**
 * Deletes every stream, and waits until no server reports one and none has a file of one.
 *
 * @throws ChaosError when that cannot be seen in time
 */
export async function clearStreams({ spec, running, connect, signal }: ClearContext): Promise<void> {
  const accounts = spec.accounts.filter(({ system, jetstream }) => jetstream && !system);
  for (const cluster of spec.clusters.filter(({ jetstream }) => jetstream !== false)) {
    const node = running.nodes.find((one) => one.cluster === cluster.name);
    if (node === undefined) continue;
    for (const { name } of accounts) await withConnection(connect(node.client, name), deleteStreams);
  }
  const isClear = async (): Promise<boolean> => {
    for (const { address, monitor } of running.nodes) {
      const { streams = 0, consumers = 0 } = await getJson<{ streams?: number; consumers?: number }>(
        monitor,
        '/jsz',
      );
      if (streams + consumers > 0) throw new ChaosError('not-ready', `${address} still has a stream`);
      const [file] = streamFiles(storeFolder(running.folder, address));
      if (file !== undefined) throw new ChaosError('not-ready', `${address} still has ${file}`);
    }
    return true;
  };
  await until(isClear, { timeoutMs: CLEARED_MS, everyMs: 25, signal, what: 'every stream to be gone' });
}

/** Folders of streams, and of raft groups of streams and consumers, relative to a server's store. */
function streamFiles(store: string): string[] {
  const root = join(store, 'jetstream');
  return foldersIn(root).flatMap((account) => [
    ...foldersIn(join(root, account, 'streams')).map((name) => `${account}/streams/${name}`),
    ...foldersIn(join(root, account, '_js_'))
      .filter((name) => name !== '_meta_')
      .map((name) => `${account}/_js_/${name}`),
  ]);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
