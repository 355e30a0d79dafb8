import { originOfServers } from '../../resolve/servers-origin.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const attachedSettings: EnvironmentRule = {
  name: 'servers/attached-settings',
  demand: 'An attached environment sets nothing that only the one who starts the servers can set.',
  check({ value, complaints }) {
    const origin = originOfServers(value);
    if (origin !== 'addresses' && origin !== 'containers') return;
    const refuse = (owner: unknown, at: Pointer, reasons: Record<string, string>): void => {
      for (const [key, reason] of Object.entries(reasons)) {
        if (field(owner, key) !== undefined)
          complaints.error(`${at}/${key}`, `${reason}; leave this out`, 'key');
      }
    };
    const addressed = origin === 'addresses';
    refuse(value, '', OF_FILE);
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      refuse(account, child('/accounts', name), OF_ACCOUNT);
    }
    const ofCluster = addressed ? { ...OF_ADDRESSED_CLUSTER, ...OF_CLUSTER } : OF_CLUSTER;
    for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
      refuse(body, child('/clusters', cluster), ofCluster);
    }
  },
};

const OF_FILE: Record<string, string> = {
  nats: 'attached servers run the version that they run',
  noAuthUser: 'attached servers have their configuration already',
};
/** Links, limits on JetStream, exports, imports and mappings may be stated: the servers are compared with them before a run begins. */
const NOT_SHOWN =
  'attached accounts have theirs already, and servers show it to nobody, so that it could not be compared';
/** Permissions may be stated: workloads and checks compare the servers with them. */
const OF_ACCOUNT: Record<string, string> = {
  clusterTraffic: NOT_SHOWN,
  limits: NOT_SHOWN,
};
const OF_CLUSTER: Record<string, string> = {
  jetstream: 'attached servers have their JetStream settings already',
  config: 'attached servers have their configuration already',
  authorization: 'attached servers trust each other already, or they do not',
  noAuthUser: 'attached servers have their configuration already',
};
/** Ports of containers may be stated: their engine shows which ones are published. */
const OF_ADDRESSED_CLUSTER: Record<string, string> = {
  ports: 'attached servers listen where they listen: give their addresses under `servers`',
};
