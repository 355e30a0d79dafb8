import type {
  AttachSpec,
  ClusterSpec,
  ContainersSpec,
  EnvironmentSpec,
  LinkSpec,
  StreamSpec,
} from '../drivers/spec.ts';
import { checkers } from '../checkers/index.ts';
import { formatDuration } from '../support/units.ts';
import type { JsonSchema } from '../experiment/schema/json-schema.ts';
import { workloads } from '../workloads/index.ts';
import { describeConsumers } from './describe-consumers.ts';
import { describeExpectation, describeOptions, describeThreshold } from './describe-items.ts';
import { describeControl } from './describe-links.ts';
import { describeServices } from './describe-services.ts';
import { describeTls } from './describe-tls.ts';
import type { ActionPlan, ChoicePlan, ExpectedVerdict, FaultPlan, PhasePlan, Plan } from './plan.ts';

/** A plan as text for people: what would happen, in this order. */
export function describePlan(plan: Plan): string {
  const { spec } = plan;
  return [
    plan.experiment.title,
    `${plan.experiment.file}, on ${plan.environment.name} (${plan.environment.file}), ${plan.driver} driver, nats-server ${spec.attach ? 'as it runs' : spec.nats || 'as the compose file says'}`,
    plan.rehearsal === true
      ? '\na rehearsal: without its faults, and without what is expected while they would be in force'
      : '',
    describeExpect(plan.expect),
    ...whereSections(plan),
    section(
      'streams',
      spec.streams.map((one) => describeStream(one, spec.attach?.stated[one.address])),
    ),
    section('consumers', describeConsumers(spec)),
    section(
      'workloads',
      plan.workloads.map(
        (one) =>
          `${one.name}: ${one.kind} ${one.target}${describeOptions(one.options, [one.kind, one.target], schemaOf(workloads, one.kind))}`,
      ),
    ),
    section(
      'steady state, before the method and again at its end',
      plan.steadyState.map(describeExpectation),
    ),
    section('stopped at once, as a failure, when', plan.stopWhen.map(describeExpectation)),
    plan.maxNodesDown === undefined
      ? ''
      : `\nat most ${plan.maxNodesDown} of the nodes of a cluster down at once`,
    ...plan.phases.map(describePhase),
    section(
      `checks, once every workload has drained (within ${formatDuration(plan.drainWithinMs)})`,
      plan.checks.map(
        (check) =>
          `${check.kind}${describeOptions(check.options, [check.kind], schemaOf(checkers, check.kind))}`,
      ),
    ),
    section('thresholds', plan.thresholds.map(describeThreshold)),
    `\nProbes are read every ${formatDuration(plan.sampleEveryMs)}: ${plan.probes.length} of them.`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const EXPECTED: Readonly<Record<ExpectedVerdict, string>> = {
  pass: 'expected to pass',
  fail: 'expected to fail: the run passes when it does',
  either: 'expected to fail now and then: the run passes either way',
};

function describeExpect(expect: Plan['expect']): string {
  if (typeof expect === 'string') return expect === 'pass' ? '' : `\n${EXPECTED[expect]}`;
  const lines = Object.entries(expect).map(
    ([versions, verdict]) =>
      `${versions === 'otherwise' ? versions : `on ${versions}`}: ${EXPECTED[verdict]}`,
  );
  return section('by version of nats-server', lines);
}

function section(title: string, lines: string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function whereSections(plan: Plan): string[] {
  const { attach, compose, clusters, links } = plan.spec;
  if (compose) {
    return [
      section(`brought up from ${compose.file}, and taken down again`, containersOf(clusters, compose)),
      section('links', links.map(describeLink)),
    ];
  }
  if (!attach) return startedSections(plan);
  if (!attach.containers) return attachedSection(attach);
  return [
    section(
      `attached to containers ${whichContainers(attach.containers)}; ${attach.allowFaults ? 'faults are allowed' : READ_ONLY}`,
      containersOf(clusters, attach.containers),
    ),
    section('links', links.map(describeLink)),
  ];
}

function containersOf(clusters: readonly ClusterSpec[], { names }: ContainersSpec): string[] {
  return clusters.map((cluster) => {
    const { name, nodes } = cluster;
    const called = nodes.map((node) => {
      const other = names[`${name}/${node}`];
      return other === undefined ? node : `${node} (${other})`;
    });
    return `${name}: ${called.join(', ')}${describeEngine(cluster)}`;
  });
}

function whichContainers({ project, label }: ContainersSpec): string {
  const which = [
    ...(project === undefined ? [] : [`of the project ${project}`]),
    ...(label === undefined ? [] : [`labelled ${label}`]),
  ];
  return which.length === 0 ? 'by their names' : which.join(', ');
}

const READ_ONLY = 'read-only: nothing is written or disturbed';

function startedSections(plan: Plan): string[] {
  const { spec, driver } = plan;
  return [
    section('clusters', [
      ...spec.clusters.map((cluster) => describeCluster(cluster, driver)),
      ...describeStores(spec),
      ...describeTls(spec),
    ]),
    section('services', describeServices(spec, driver)),
    section('links', [
      ...spec.links.map(describeLink),
      ...describeControl(plan),
      ...describeMeans(driver, spec),
    ]),
  ];
}

function attachedSection({ allowFaults, hosts, servers }: AttachSpec): string[] {
  const terms = allowFaults ? `faults are allowed on ${hosts.join(', ')}` : READ_ONLY;
  const places = Object.entries(servers).map(([node, at]) => `${node}: ${at.client}, ${at.monitor}`);
  return [section(`attached to servers that run already; ${terms}`, places)];
}

function describeCluster(cluster: ClusterSpec, driver: string): string {
  const ports = Object.entries(cluster.ports).map(([use, port]) => `${use} ${port}..`);
  return `${cluster.name}: ${cluster.nodes.join(', ')}${describeJetStream(cluster)}, ports ${ports.join(', ') || 'free ones'}${driver === 'docker' ? describeEngine(cluster) : ''}`;
}

function describeJetStream({ jetstream }: ClusterSpec): string {
  if (jetstream === false) return ', without JetStream';
  return jetstream.domain === undefined ? '' : `, domain ${jetstream.domain}`;
}

function describeEngine({ docker = {} }: ClusterSpec): string {
  const { host, certPath, address } = docker;
  const at = address === undefined ? '' : ` (published on ${address})`;
  if (host === undefined) return at;
  return `, on the Docker engine ${host}${certPath === undefined ? '' : ' by TLS'}${at}`;
}

function describeStores({ stores }: EnvironmentSpec): string[] {
  return stores === 'own-filesystem' ? ['each store on a small filesystem of its own'] : [];
}

function describeLink(link: LinkSpec): string {
  return link.kind === 'gateway'
    ? `gateway between ${link.between.join(' and ')}`
    : `leafnode from ${link.from} to ${link.to}, account ${link.account}`;
}

/** How faults on links are made, where not all are made in the same way. */
function describeMeans(driver: string, { links, proxied }: EnvironmentSpec): string[] {
  if (driver !== 'docker' || proxied?.length === 0) return [];
  const severed =
    links.length > 0
      ? '; a cut of all links between two clusters (mode: reset) also by the engine, which disconnects the network between them'
      : '';
  return [
    `faults on links are made by Toxiproxy, packet-loss by rules of the kernel's packet filter${severed}`,
  ];
}

/** @param stated the fields that the file states of an attached stream; the others are unknown */
function describeStream(stream: StreamSpec, stated?: readonly string[]): string {
  const content =
    stream.mirror !== undefined
      ? `mirror of ${stream.mirror.cluster}/${stream.mirror.stream}${stream.mirror.externalApi === undefined ? '' : ` through ${stream.mirror.externalApi}`}`
      : [
          ...shortened(stream.subjects),
          ...stream.sources.map((one) => `from ${one.cluster}/${one.stream}`),
        ].join(', ');
  const kept = [
    ...(stated?.includes('replicas') === false ? [] : [`R${stream.replicas}`]),
    ...(stated?.includes('storage') === false ? [] : [stream.storage]),
  ].join(' ');
  return [`${stream.address}: ${content}`, kept, `account ${stream.account}`]
    .filter((part) => part !== '')
    .join(', ');
}

const UNTIL_WORDS = {
  steady: 'the steady state holds',
  available: 'whatever has a quorum is available',
};
/** Of many subjects, as a template makes them, the first and the last. */
function shortened(subjects: readonly string[]): string[] {
  const [first, last] = [subjects[0], subjects.at(-1)];
  if (subjects.length <= MANY_SUBJECTS || first === undefined || last === undefined) return [...subjects];
  return [`${first} … ${last} (${subjects.length} subjects)`];
}

const MANY_SUBJECTS = 8;

function describePhase(phase: PhasePlan): string {
  const lasts =
    phase.forMs !== undefined
      ? `for ${formatDuration(phase.forMs)}${graceText(phase)}`
      : `until ${typeof phase.until === 'string' ? UNTIL_WORDS[phase.until] : 'its conditions hold'}, within ${formatDuration(phase.withinMs ?? 0)}`;
  const conditions = typeof phase.until === 'object' ? phase.until : [];
  return (
    section(`phase ${phase.name}, ${lasts}`, [
      ...phase.faults.flatMap((item) => ('of' in item ? describeChoice(item) : [describeFault(item)])),
      ...phase.actions.map(describeAction),
      ...phase.expectations.map((one) => `expect  ${describeExpectation(one)}`),
      ...(phase.allowCrash === true ? ['allow   servers that end by themselves'] : []),
      ...conditions.map((one) => `until   ${describeExpectation(one)}`),
    ]) || `\nphase ${phase.name}, ${lasts}`
  );
}

function graceText({ graceMs }: PhasePlan): string {
  return graceMs === undefined ? '' : `, up to ${formatDuration(graceMs)} longer for its actions`;
}

function describeAction({ title, afterMs, mayFail }: ActionPlan): string {
  const after = afterMs === undefined ? '' : `, after ${formatDuration(afterMs)}`;
  return `action  ${title}${after}${mayFail === true ? ', may fail' : ''}`;
}

function describeChoice({ count, of }: ChoicePlan): string[] {
  return [
    `choose  ${count} of these ${of.length}, by the seed`,
    ...of.map((fault) => `  ${describeFault(fault)}`),
  ];
}

const CONFLICT_WORDS = {
  skip: 'skipped where it meets another fault',
  wait: 'waits where it meets another fault',
};

function describeFault({ title, keep, afterMs, forMs, everyMs, onConflict }: FaultPlan): string {
  const words = [
    title,
    ...(afterMs === undefined ? [] : [`after ${formatDuration(afterMs)}`]),
    ...(forMs === undefined ? [] : [`for ${formatDuration(forMs)}`]),
    ...(everyMs === undefined ? [] : [`every ${formatDuration(everyMs)}`]),
    ...(onConflict === 'end' ? [] : [CONFLICT_WORDS[onConflict]]),
  ];
  return `fault   ${words.join(', ')}${keep ? ' (kept after the phase)' : ''}`;
}

function schemaOf(registry: readonly { kind: string; schema: object }[], kind: string): JsonSchema {
  return registry.find((one) => one.kind === kind)?.schema ?? {};
}
