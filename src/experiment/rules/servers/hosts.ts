import { hostOf } from '../../../support/addresses.ts';
import { serverAddressesOf } from '../../resolve/server-addresses.ts';
import { originOfServers } from '../../resolve/servers-origin.ts';
import type { Complaints } from '../../source/complaints.ts';
import { field, textsOf } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const hosts: EnvironmentRule = {
  name: 'servers/hosts',
  demand: 'Where faults are allowed on attached servers, `hosts` names the host of every one of them.',
  check({ value, complaints }) {
    const attach = field(value, 'attach');
    const origin = originOfServers(value);
    if (origin === 'containers') refuseHosts(attach, complaints);
    if (origin !== 'addresses') return;
    if (field(attach, 'allowFaults') === true) checkHosts(value, attach, complaints);
    else warnOfHosts(attach, complaints);
  },
};

/** Containers are chosen one by one already, and no file says on which host their engine is. */
function refuseHosts(attach: unknown, complaints: Complaints): void {
  if (field(attach, 'hosts') === undefined) return;
  complaints.error(
    '/attach/hosts',
    '`docker`, the nodes and `containers` say which containers may be touched; leave this out',
    'key',
  );
}

function checkHosts(value: unknown, attach: unknown, complaints: Complaints): void {
  const allowed = field(attach, 'hosts');
  if (allowed === undefined) {
    const there = [...new Set(serverAddressesOf(value).map(({ address }) => hostOf(address)))];
    complaints.error(
      '/attach/allowFaults',
      `expected \`hosts\` beside it: the hosts that may be touched, such as [${there.join(', ')}]`,
      'key',
    );
    return;
  }
  const named = textsOf(allowed).map((host) => host.toLowerCase());
  for (const { pointer, node, address } of serverAddressesOf(value)) {
    const host = hostOf(address);
    if (host === '' || named.includes(host.toLowerCase())) continue;
    complaints.error(
      pointer,
      `${node} is on ${host}, which is not among the hosts that may be touched (${named.join(', ')})`,
    );
  }
}

/** Whoever names hosts expects faults to be allowed there; an explicit `allowFaults: false` says the opposite. */
function warnOfHosts(attach: unknown, complaints: Complaints): void {
  if (field(attach, 'hosts') === undefined || field(attach, 'allowFaults') !== undefined) return;
  complaints.warning(
    '/attach/hosts',
    'nothing may be written or disturbed there while `allowFaults: true` is not beside it: runs only read',
  );
}
