import { membersOf } from '../undo/sessions.ts';
import { ofNode, type RunningProcesses } from './running.ts';

/** The replicas of services that were started, are to run, and do not, in words. */
export function missingReplicas(
  { replicas, counts, servers }: Pick<RunningProcesses, 'replicas' | 'counts' | 'servers'>,
  except: ReadonlySet<string> = new Set(),
): string[] {
  return replicas.flatMap((replica) => {
    const { address } = replica;
    const state = servers.get(address)?.state();
    return state === undefined || state === 'running' || except.has(address) || !counts.includes(replica)
      ? []
      : [`${address} is ${state}`];
  });
}

/** The processes of a node or a replica, the one that was started first; empty when it does not run. */
export function processIdsOf({ replicas, servers }: RunningProcesses, address: string): number[] {
  const { pid } = ofNode(servers, address);
  if (pid === undefined) return [];
  return replicas.some((one) => one.address === address) ? membersOf(pid) : [pid];
}
