import {
  noteText,
  type DiscoveredAccount,
  type DiscoveredAsset,
  type DiscoveredCluster,
  type DiscoveredLink,
  type DiscoveredNode,
  type DiscoveredService,
  type DiscoveredSystem,
  type DiscoveredUser,
} from '../../discover/model.ts';
import type { Json } from '../../support/json.ts';
import { exactSize } from '../../support/units.ts';
import { flow, line, scalar } from '../init/yaml-text.ts';

/** How the servers of the environment come to run. */
export type Deployment =
  /** They run already, and are only read. */
  | { kind: 'attached'; tls?: Record<string, string> }
  /** The runner starts the like of them. */
  | { kind: 'started'; nats: string }
  /** A compose file starts them. @see ComposeDeployment */
  | { kind: 'compose'; file: string; clientPort: number; monitorPort: number };

export interface EnvironmentHead {
  name: string;
  title: string;
  /** The schema that editors check the file with: a path relative to the file. */
  schema: string;
  /** Where this comes from, and when: `nats://127.0.0.1:4222`. */
  origin: string;
  /** What has written it; left out: `chaos discover`. */
  by?: string;
  /** Secrets and the variables that hold them: the passwords of the file are no part of it. */
  secrets: Record<string, string>;
}

/** The text of an environment that states what was found, with comments on all that it cannot state. */
export function discoveredText(
  system: DiscoveredSystem,
  deployment: Deployment,
  head: EnvironmentHead,
): string {
  const lines = [
    `# yaml-language-server: $schema=${head.schema}`,
    '#',
    ...comment(`Written by \`${head.by ?? 'chaos discover'}\` from ${head.origin}.${AFTER[deployment.kind]}`),
    ...notes(system),
    `name: ${scalar(head.name)}`,
    `title: ${line(head.title)}`,
    ...deploymentLines(deployment),
    ...secrets(head.secrets),
    ...section(
      'accounts',
      'each with its users; workloads connect as the first',
      system.accounts,
      (account) => accountLines(account, deployment),
    ),
    ...(system.noAuthUser === undefined
      ? []
      : ['', `noAuthUser: ${scalar(system.noAuthUser)} # who gives no login`]),
    ...section('clusters', '', system.clusters, (cluster) => clusterLines(cluster, deployment)),
    ...linkLines(system.links),
    ...section('streams', 'by address: cluster/stream', system.streams, (asset) => assetLines(asset, system)),
    ...section(
      'consumers',
      'durable ones, by address: cluster/stream/consumer',
      system.consumers,
      consumerLines,
    ),
    ...section('services', 'what runs beside NATS', system.services ?? [], serviceLines),
  ];
  return `${lines.join('\n')}\n`;
}

const AFTER: Readonly<Record<Deployment['kind'], string>> = {
  attached:
    ' Read-only: with `allowFaults: true` and `hosts` under attach, workloads and some faults are allowed (docs/attach.md).',
  started: ' The runner starts the like of it for each run, on free ports.',
  compose: ' Its compose file is brought up for each run, as a project of its own.',
};

const WIDTH = 118;

/** A text in lines of comment. */
function comment(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let current = `${indent}#`;
  for (const word of text.replaceAll(/\s+/g, ' ').trim().split(' ')) {
    if (current.length + 1 + word.length > WIDTH && current !== `${indent}#`) {
      lines.push(current);
      current = `${indent}#`;
    }
    current += ` ${word}`;
  }
  return [...lines, current];
}

function notes({ notes: all }: DiscoveredSystem): string[] {
  if (all.length === 0) return [];
  return ['#', '# Not stated here:', ...all.flatMap((note) => comment(`- ${noteText(note)}`))];
}

function deploymentLines(deployment: Deployment): string[] {
  switch (deployment.kind) {
    case 'attached':
      return ['', `attach: ${flow(deployment.tls === undefined ? {} : { tls: deployment.tls })} # read-only`];
    case 'started':
      return ['', `nats: ${scalar(deployment.nats)} # --nats of chaos run overrides it`];
    case 'compose': {
      const { file, clientPort, monitorPort } = deployment;
      const ports = {
        ...(clientPort === 4222 ? {} : { clientPort }),
        ...(monitorPort === 8222 ? {} : { monitorPort }),
      };
      return ['', `compose: ${flow({ file, ...ports })}`];
    }
  }
}

function secrets(all: Record<string, string>): string[] {
  const entries = Object.entries(all);
  if (entries.length === 0) return [];
  return [
    '',
    'secrets: # from environment variables; never in a report',
    // The variable may be unset where the file is only checked; the servers then refuse the login.
    ...entries.map(([name, variable]) => `  ${name}: "\${${variable}:-unset}"`),
  ];
}

function section<T>(key: string, remark: string, all: readonly T[], lines: (one: T) => string[]): string[] {
  if (all.length === 0) return [];
  return ['', `${key}:${remark === '' ? '' : ` # ${remark}`}`, ...all.flatMap(lines)];
}

function accountLines(account: DiscoveredAccount, deployment: Deployment): string[] {
  const { name, system, jetstream, users, seen, remark, fields } = account;
  // What no server can be compared with is a remark: whoever attaches to servers states nothing of it.
  const { limits, ...comparable } = fields;
  const isRemark = limits !== undefined && deployment.kind === 'attached';
  const stated = {
    ...(jetstream ? { jetstream } : {}),
    ...(system ? { system } : {}),
    ...(isRemark ? comparable : fields),
  };
  const others = seen.filter((user) => !users.some((one) => one.name === user));
  const remarks = [
    ...(remark === undefined ? [] : [remark]),
    ...(isRemark ? [`limits: ${flow(limits)}`] : []),
    ...(others.length === 0 ? [] : [`seen here: ${others.slice(0, 5).join(', ')}`]),
    ...(users.length === 0 && deployment.kind === 'attached' ? ['give it `users` if it needs a login'] : []),
  ];
  const after = remarks.length === 0 ? '' : ` # ${printable(remarks.join('; '))}`;
  if (users.length === 0) return [`  ${scalar(name)}: ${flow(stated)}${after}`];
  const body = { ...stated, users: Object.fromEntries(users.map((user) => [user.name, userFields(user)])) };
  return [`  ${scalar(name)}: ${references(flow(body))}${after}`];
}

function userFields({ proof, permissions }: DiscoveredUser): Record<string, Json> {
  return { ...proof, ...(permissions === undefined ? {} : { permissions }) };
}

/** `flow` writes `${` so that it is no variable; a secret is meant as one. */
function references(text: string): string {
  return text.replaceAll('$${secrets.', '${secrets.');
}

function clusterLines(cluster: DiscoveredCluster, deployment: Deployment): string[] {
  const { name, nodes, domain, jetstream, maxFile, maxMemory, versions } = cluster;
  const facts = [
    ...(versions.length === 0 ? [] : [`nats-server ${versions.join(' and ')}`]),
    jetstream ? (domain === undefined ? 'JetStream' : `JetStream domain ${domain}`) : 'no JetStream',
  ];
  const names = `    nodes: ${flow(nodes.map((node) => node.name))}`;
  const lines = [`  ${scalar(name)}: # ${printable(facts.join(', '))}`, names];
  if (deployment.kind === 'attached') return [...lines, '    servers:', ...nodes.flatMap(serverLines)];
  const containers = nodes.filter(({ service }) => service !== undefined);
  if (deployment.kind === 'compose' && containers.length > 0) {
    const map = Object.fromEntries(containers.map((node) => [node.name, node.service]));
    lines.push(`    containers: ${flow(map)}`);
  }
  const limits = {
    ...(maxFile === undefined ? {} : { maxFile: exactSize(maxFile) }),
    ...(maxMemory === undefined ? {} : { maxMemory: exactSize(maxMemory) }),
  };
  // The compose file says itself how its servers are configured.
  const settings = {
    ...(domain === undefined ? {} : { domain }),
    ...(deployment.kind === 'compose' ? {} : limits),
  };
  if (!jetstream)
    lines.push(deployment.kind === 'compose' ? '    # without JetStream' : '    jetstream: false');
  else if (Object.keys(settings).length > 0) lines.push(`    jetstream: ${flow(settings)}`);
  if (cluster.config !== undefined && deployment.kind === 'started')
    lines.push(`    config: ${flow(cluster.config)}`);
  return lines;
}

function serverLines({ name, client, monitor, remark }: DiscoveredNode): string[] {
  const where = { client: client ?? '', monitor: monitor ?? '' };
  return [
    ...(remark === undefined ? [] : comment(printable(remark), '      ')),
    `      ${scalar(name)}: ${flow(where)}`,
  ];
}

function linkLines(links: readonly DiscoveredLink[]): string[] {
  return links.length === 0 ? [] : ['', 'links: # how clusters reach one another', ...links.map(linkLine)];
}

/** The line of a link, where links are stated. */
export function linkLine(link: DiscoveredLink): string {
  return `  - ${flow(link.kind === 'gateway' ? link : leafnode(link))}`;
}

function leafnode({ kind, from, to, accounts }: Extract<DiscoveredLink, { kind: 'leafnode' }>): object {
  const [first] = accounts;
  return accounts.length === 1 ? { kind, from, to, account: first } : { kind, from, to, accounts };
}

function assetLines({ address, account, fields }: DiscoveredAsset, { accounts }: DiscoveredSystem): string[] {
  // Left out, it is the first one with JetStream.
  const first = accounts.find(({ jetstream }) => jetstream)?.name;
  const stated = { ...fields, ...(account === first ? {} : { account }) };
  return [`  ${scalar(address)}: ${flow(stated)}`];
}

/** Placeholders are meant as such; everything else that looks like one is text. */
function serviceLines({ name, fields, remark }: DiscoveredService): string[] {
  const lines = Object.entries(fields).map(([key, value]) => {
    const text = flow(value).replaceAll(/\$\$\{((?:port|link)\.[^}\s]+|replica|data)\}/g, '$${$1}');
    return `    ${key}: ${text}`;
  });
  return [...(remark === undefined ? [] : comment(printable(remark), '  ')), `  ${scalar(name)}:`, ...lines];
}

function consumerLines({ address, fields }: DiscoveredAsset): string[] {
  return [`  ${scalar(address)}: ${flow(fields)}`];
}

/** Names of others must not end a comment. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}
