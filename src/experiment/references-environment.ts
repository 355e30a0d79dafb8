import { notThere } from './addresses.ts';
import { checkAttachment } from './references-attach.ts';
import type { Complaints } from './complaints.ts';
import { clusterOf, type Inventory } from './inventory.ts';
import { entriesOf, field, itemsOf, numberOf, textOf } from './lenient.ts';
import { checkContainers } from './references-containers.ts';
import { checkEngines } from './references-engines.ts';
import { checkOrigins } from './references-mirror.ts';
import { checkSuperClusters } from './references-super-cluster.ts';
import { child } from './pointer.ts';
import { superClusterOf } from './reached.ts';
import { overlap } from './subjects.ts';

/** What a schema cannot know of an environment: whether its parts fit together. */
export function checkEnvironment(value: unknown, inventory: Inventory, complaints: Complaints): void {
  checkAttachment(value, complaints);
  checkContainers(value, complaints);
  checkAccounts(value, inventory, complaints);
  checkNodes(value, complaints);
  checkPorts(value, complaints);
  checkLinks(value, complaints);
  checkSuperClusters(value, inventory, complaints);
  checkEngines(value, inventory, complaints);
  for (const [address, stream] of entriesOf(field(value, 'streams'))) {
    checkStream(address, stream, inventory, complaints);
  }
  checkOverlaps(inventory, complaints);
  checkOrigins(value, inventory, complaints);
  for (const [address, consumer] of entriesOf(field(value, 'consumers'))) {
    checkConsumer(address, consumer, inventory, complaints);
  }
}

function checkAccounts(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const accounts = entriesOf(field(value, 'accounts'));
  const systems = accounts.filter(([, account]) => field(account, 'system') === true);
  for (const [name, account] of systems) {
    if (field(account, 'jetstream') === true) {
      complaints.error(`${child('/accounts', name)}/jetstream`, 'the system account cannot have JetStream');
    }
  }
  for (const [name] of systems.slice(1)) {
    complaints.error(
      child('/accounts', name),
      `there is one system account, and it is ${systems[0]?.[0] ?? ''} already`,
      'key',
    );
  }
  for (const [name, account] of accounts) {
    for (const key of ['maxFile', 'maxMemory']) {
      if (field(account, key) === undefined || field(account, 'jetstream') === true) continue;
      complaints.error(
        `${child('/accounts', name)}/${key}`,
        'only an account with `jetstream: true` stores anything',
        'key',
      );
    }
    // A server that asks nobody who he is has an account without users.
    if (inventory.attached) continue;
    if (field(account, 'jetstream') === true && entriesOf(field(account, 'users')).length === 0) {
      complaints.error(
        child('/accounts', name),
        'an account with JetStream needs a user to connect as',
        'key',
      );
    }
  }
  if (inventory.defaultAccount === undefined && inventory.streams.size > 0) {
    complaints.error('/accounts', 'no account has JetStream, and there are streams', 'key');
  }
}

function checkNodes(value: unknown, complaints: Complaints): void {
  const seen = new Map<string, string>();
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    itemsOf(field(body, 'nodes')).forEach((node, i) => {
      if (typeof node !== 'string') return;
      const owner = seen.get(node);
      // Within one list, the schema has said it.
      if (owner !== undefined && owner !== cluster) {
        complaints.error(
          `${child('/clusters', cluster)}/nodes/${i}`,
          `a node of ${owner} is called "${node}" too; expected each name once in the environment`,
        );
      }
      seen.set(node, cluster);
    });
  }
}

function checkPorts(value: unknown, complaints: Complaints): void {
  const taken = new Map<number, string>();
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    const size = itemsOf(field(body, 'nodes')).length;
    for (const [use, first] of entriesOf(field(body, 'ports'))) {
      const port = numberOf(first);
      if (port === undefined) continue;
      const pointer = `${child('/clusters', cluster)}/ports/${use}`;
      if (port <= 65535 && port + size - 1 > 65535)
        complaints.error(pointer, `${size} ports from ${port} on end above 65535`);
      const all = Array.from({ length: Math.min(size, 100) }, (_, i) => port + i);
      const clash = all.find((one) => taken.has(one));
      if (clash !== undefined) {
        complaints.error(
          pointer,
          `the ${use} ports ${port} to ${port + size - 1} of ${cluster} include ${clash}, which is among the ${taken.get(clash) ?? ''}`,
        );
      }
      for (const one of all) taken.set(one, `${use} ports of ${cluster}`);
    }
  }
}

function checkLinks(value: unknown, complaints: Complaints): void {
  const seen = new Set<string>();
  itemsOf(field(value, 'links')).forEach((link, i) => {
    const gateway = field(link, 'kind') === 'gateway';
    const [a, b] = gateway ? itemsOf(field(link, 'between')) : [field(link, 'from'), field(link, 'to')];
    const from = textOf(a);
    const to = textOf(b);
    if (from === undefined || to === undefined) return;
    const pointer = `/links/${i}`;
    if (from === to) complaints.error(pointer, `this link joins ${from} with itself`);
    const ends = [from, to].sort().join(' and ');
    const key = `${String(field(link, 'kind'))} ${ends} ${textOf(field(link, 'account')) ?? ''}`;
    if (seen.has(key)) complaints.error(pointer, `${ends} are joined by such a link already`);
    seen.add(key);
  });
}

function checkStream(address: string, stream: unknown, inventory: Inventory, complaints: Complaints): void {
  const pointer = child('/streams', address);
  const cluster = clusterOf(address);
  const nodes = inventory.clusters.get(cluster)?.nodes.length;
  if (nodes === undefined) {
    complaints.error(
      pointer,
      notThere('cluster', cluster, [...inventory.clusters.keys()], inventory.name),
      'key',
    );
  }
  checkReplicas(pointer, stream, cluster, nodes, complaints);
  const mirror = field(stream, 'mirror') !== undefined;
  const sources = field(stream, 'sources') !== undefined;
  const subjects = field(stream, 'subjects') !== undefined;
  if (mirror && subjects) {
    complaints.error(
      `${pointer}/subjects`,
      'a mirror has no subjects of its own; it takes those of its origin',
      'key',
    );
  }
  if (mirror && sources) complaints.error(`${pointer}/sources`, 'a mirror cannot have sources too', 'key');
  if (!mirror && !sources && !subjects) {
    complaints.error(pointer, `${address} captures nothing: expected subjects, a mirror or sources`, 'key');
  }
}

function checkReplicas(
  pointer: string,
  owner: unknown,
  cluster: string,
  nodes: number | undefined,
  complaints: Complaints,
): void {
  const replicas = numberOf(field(owner, 'replicas'));
  if (replicas === undefined || nodes === undefined || nodes === 0 || replicas <= nodes) return;
  complaints.error(
    `${pointer}/replicas`,
    `found ${replicas} replicas; expected ${nodes} at most, as ${cluster} has ${nodes === 1 ? 'one node' : `${nodes} nodes`}`,
  );
}

function checkOverlaps(inventory: Inventory, complaints: Complaints): void {
  const captured: { address: string; place: string; subject: string }[] = [];
  for (const [address, stream] of inventory.streams) {
    const place = [...superClusterOf(stream.cluster, inventory), stream.account].join(' ');
    stream.subjects.forEach((subject, i) => {
      const other = captured.find(
        (one) => one.place === place && one.address !== address && overlap(one.subject, subject),
      );
      if (other) {
        complaints.error(
          `${child('/streams', address)}/subjects/${i}`,
          `"${subject}" overlaps with "${other.subject}" of ${other.address}; two streams of one account cannot capture the same subject`,
        );
      }
      captured.push({ address, place, subject });
    });
  }
}

function checkConsumer(
  address: string,
  consumer: unknown,
  inventory: Inventory,
  complaints: Complaints,
): void {
  const pointer = child('/consumers', address);
  const parts = address.split('/');
  if (parts.length !== 3) return;
  const streamAddress = parts.slice(0, 2).join('/');
  const stream = inventory.streams.get(streamAddress);
  if (!stream) {
    complaints.error(
      pointer,
      notThere('stream', streamAddress, [...inventory.streams.keys()], inventory.name),
      'key',
    );
    return;
  }
  const cluster = clusterOf(address);
  checkReplicas(pointer, consumer, cluster, inventory.clusters.get(cluster)?.nodes.length, complaints);
  const account = textOf(field(consumer, 'account'));
  if (account !== undefined && account !== stream.account) {
    complaints.error(
      `${pointer}/account`,
      `found "${account}"; expected the account of its stream, ${stream.account ?? 'which has none'}`,
    );
  }
}
