import { hostOf } from '../support/addresses.ts';
import type { Complaints } from './complaints.ts';
import { entriesOf, field, textOf, textsOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import { originOfServers } from './references-containers.ts';
import { didYouMean } from './suggest.ts';

/** Whether an environment says either how to start its servers, or where those that run already are; never both. */
export function checkAttachment(value: unknown, complaints: Complaints): void {
  const attach = field(value, 'attach');
  const origin = originOfServers(value);
  if (origin === 'compose') return;
  if (attach === undefined) {
    checkStarted(value, complaints);
    return;
  }
  refuseStarting(value, origin === 'containers', complaints);
  if (field(value, 'accounts') === undefined) {
    complaints.error(
      '/attach',
      'expected `accounts` beside it: nobody here made those of these servers',
      'key',
    );
  }
  if (origin === 'containers') {
    refuseHosts(attach, complaints);
    return;
  }
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    checkServers(cluster, body, complaints);
  }
  checkApart(value, complaints);
  if (field(attach, 'allowFaults') === true) checkHosts(value, attach, complaints);
  else warnOfHosts(attach, complaints);
}

/** Who names hosts means them to be touched; who says `allowFaults: false` has said the opposite. */
function warnOfHosts(attach: unknown, complaints: Complaints): void {
  if (field(attach, 'hosts') === undefined || field(attach, 'allowFaults') !== undefined) return;
  complaints.warning(
    '/attach/hosts',
    'nothing may be written or disturbed there while `allowFaults: true` is not beside it: runs only read',
  );
}

/** Containers are chosen one by one already, and where their engine is no file says. */
function refuseHosts(attach: unknown, complaints: Complaints): void {
  if (field(attach, 'hosts') === undefined) return;
  complaints.error(
    '/attach/hosts',
    'which containers may be touched is said by `docker`, the nodes and `containers`; leave this out',
    'key',
  );
}

function checkStarted(value: unknown, complaints: Complaints): void {
  if (field(value, 'nats') === undefined && field(value, 'clusters') !== undefined) {
    complaints.error(
      '',
      '"nats" is missing: the nats-server to run, such as "2.12"; or `attach`, for servers that run already; or `compose`, for a compose file',
    );
  }
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    if (field(body, 'servers') === undefined) continue;
    complaints.error(
      `${child('/clusters', cluster)}/servers`,
      'only servers that run already have an address: expected `attach` at the top of the file, or no `servers`',
      'key',
    );
  }
}

/** What only makes sense where the runner starts the servers, and why it is of no use elsewhere. */
const OF_FILE: Record<string, string> = {
  nats: 'attached servers run the version that they run',
};
/** The engine shows how containers are joined, and on which ports they are published: the file may state it. */
const OF_ADDRESSES: Record<string, string> = {
  links: 'attached clusters are joined already, or they are not: nobody here can change it',
};
const OF_ACCOUNT: Record<string, string> = {
  maxFile: 'attached accounts have their limits already',
  maxMemory: 'attached accounts have their limits already',
};
const OF_CLUSTER: Record<string, string> = {
  jetstream: 'attached servers have their JetStream settings already',
  config: 'attached servers have their configuration already',
};
const OF_ADDRESSED_CLUSTER: Record<string, string> = {
  ports: 'attached servers listen where they listen: give their addresses under `servers`',
};

function refuseStarting(value: unknown, inContainers: boolean, complaints: Complaints): void {
  const refuse = (owner: unknown, at: Pointer, reasons: Record<string, string>): void => {
    for (const [key, reason] of Object.entries(reasons)) {
      if (field(owner, key) !== undefined)
        complaints.error(`${at}/${key}`, `${reason}; leave this out`, 'key');
    }
  };
  refuse(value, '', inContainers ? OF_FILE : { ...OF_FILE, ...OF_ADDRESSES });
  for (const [name, account] of entriesOf(field(value, 'accounts'))) {
    refuse(account, child('/accounts', name), OF_ACCOUNT);
  }
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    refuse(
      body,
      child('/clusters', cluster),
      inContainers ? OF_CLUSTER : { ...OF_ADDRESSED_CLUSTER, ...OF_CLUSTER },
    );
  }
}

function checkServers(cluster: string, body: unknown, complaints: Complaints): void {
  const pointer = child('/clusters', cluster);
  const nodes = textsOf(field(body, 'nodes'));
  const placed = entriesOf(field(body, 'servers')).map(([name]) => name);
  const lost = nodes.filter((node) => !placed.includes(node));
  if (lost.length > 0) {
    const where = '{ client: "host:4222", monitor: "http://host:8222" }';
    complaints.error(
      pointer,
      `expected \`servers\` with the address of ${lost.join(', ')}, as ${where}`,
      'key',
    );
  }
  for (const name of placed.filter((one) => !nodes.includes(one))) {
    complaints.error(
      child(`${pointer}/servers`, name),
      `${cluster} has no node "${name}"${didYouMean(name, nodes) || `; it has ${nodes.join(', ')}`}`,
      'key',
    );
  }
}

/** Two nodes at one address would be one server, looked at twice. */
function checkApart(value: unknown, complaints: Complaints): void {
  const seen = new Map<string, string>();
  for (const { pointer, node, address } of addressesOf(value)) {
    const other = seen.get(address);
    if (other !== undefined) complaints.error(pointer, `${address} is the address of ${other} already`);
    seen.set(address, node);
  }
}

/** Whether the hosts on which faults are allowed were named, each one of them. */
function checkHosts(value: unknown, attach: unknown, complaints: Complaints): void {
  const hosts = field(attach, 'hosts');
  if (hosts === undefined) {
    const there = [...new Set(addressesOf(value).map(({ address }) => hostOf(address)))];
    complaints.error(
      '/attach/allowFaults',
      `expected \`hosts\` beside it: the hosts that may be touched, such as [${there.join(', ')}]`,
      'key',
    );
    return;
  }
  const named = textsOf(hosts).map((host) => host.toLowerCase());
  for (const { pointer, node, address } of addressesOf(value)) {
    const host = hostOf(address);
    if (host === '' || named.includes(host.toLowerCase())) continue;
    complaints.error(
      pointer,
      `${node} is on ${host}, which is not among the hosts that may be touched (${named.join(', ')})`,
    );
  }
}

function addressesOf(value: unknown): { pointer: Pointer; node: string; address: string }[] {
  return entriesOf(field(value, 'clusters')).flatMap(([cluster, body]) =>
    entriesOf(field(body, 'servers')).flatMap(([name, server]) =>
      ['client', 'monitor'].flatMap((key) => {
        const address = textOf(field(server, key));
        const pointer = `${child(`${child('/clusters', cluster)}/servers`, name)}/${key}`;
        return address === undefined ? [] : [{ pointer, node: `${cluster}/${name}`, address }];
      }),
    ),
  );
}
