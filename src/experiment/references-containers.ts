import type { Complaints } from './complaints.ts';
import { entriesOf, field, textOf, textsOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import { didYouMean } from './suggest.ts';

/** Where the servers of an environment come from. */
type Origin = 'started' | 'addresses' | 'containers' | 'compose';

export function originOfServers(value: unknown): Origin {
  if (field(value, 'compose') !== undefined) return 'compose';
  const attach = field(value, 'attach');
  if (attach === undefined) return 'started';
  return field(attach, 'docker') === undefined ? 'addresses' : 'containers';
}

/** What an environment says about containers: only where there are some, and only of nodes that there are. */
export function checkContainers(value: unknown, complaints: Complaints): void {
  const origin = originOfServers(value);
  const inContainers = origin === 'containers' || origin === 'compose';
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    const pointer = child('/clusters', cluster);
    if (inContainers) refuseAddresses(body, pointer, complaints);
    const names = entriesOf(field(body, 'containers'));
    if (names.length > 0 && !inContainers) {
      complaints.error(
        `${pointer}/containers`,
        'nothing says that the servers are in containers: expected `attach: { docker: ... }` or `compose` at the top of the file',
        'key',
      );
      continue;
    }
    checkNames(cluster, textsOf(field(body, 'nodes')), names, complaints);
  }
  if (inContainers) checkNamedOnce(value, complaints);
  if (origin === 'compose') checkCompose(value, complaints);
}

function refuseAddresses(body: unknown, pointer: Pointer, complaints: Complaints): void {
  if (field(body, 'servers') === undefined) return;
  complaints.error(
    `${pointer}/servers`,
    'the addresses of containers are asked of their engine; leave this out, or `docker` out of attach',
    'key',
  );
}

function checkNames(
  cluster: string,
  nodes: readonly string[],
  names: readonly (readonly [string, unknown])[],
  complaints: Complaints,
): void {
  for (const [node] of names) {
    if (nodes.includes(node)) continue;
    complaints.error(
      child(`${child('/clusters', cluster)}/containers`, node),
      `${cluster} has no node "${node}"${didYouMean(node, nodes) || `; it has ${nodes.join(', ')}`}`,
      'key',
    );
  }
}

/** Two nodes in one container would be one server, looked at twice. */
function checkNamedOnce(value: unknown, complaints: Complaints): void {
  const seen = new Map<string, string>();
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    for (const node of textsOf(field(body, 'nodes'))) {
      const given = textOf(field(field(body, 'containers'), node));
      const name = given ?? node;
      const other = seen.get(name);
      if (other !== undefined && given !== undefined) {
        complaints.error(
          child(`${child('/clusters', cluster)}/containers`, node),
          `"${name}" is the container of ${other} already`,
        );
      }
      seen.set(name, `${cluster}/${node}`);
    }
  }
}

const OF_CLUSTER: Record<string, string> = {
  config: 'the compose file says how its servers are configured',
};

function checkCompose(value: unknown, complaints: Complaints): void {
  if (field(value, 'attach') !== undefined) {
    complaints.error(
      '/attach',
      'servers of `compose` are brought up for each run, and attached ones run already; expected one of the two',
      'key',
    );
  }
  for (const [cluster, body] of entriesOf(field(value, 'clusters'))) {
    for (const [key, reason] of Object.entries(OF_CLUSTER)) {
      if (field(body, key) === undefined) continue;
      complaints.error(`${child('/clusters', cluster)}/${key}`, `${reason}; leave this out`, 'key');
    }
    for (const [key] of entriesOf(field(body, 'jetstream')).filter(([one]) => one !== 'domain')) {
      complaints.error(
        `${child('/clusters', cluster)}/jetstream/${key}`,
        'the compose file says how its servers are configured: only `domain` may be stated here',
        'key',
      );
    }
  }
}
