import { isAbsolute } from 'node:path';
import { actions } from '../actions/index.ts';
import type { Capability } from '../drivers/driver.ts';
import { faults } from '../faults/index.ts';
import { whyAlone } from './alone.ts';
import { actionsIn, faultsIn } from './items-in.ts';
import { needsRoot } from './machine-offer.ts';
import type { Plan } from './plan.ts';

/** What a plan asks of the machine that carries it out: by this others judge where it may run. */
export interface Requirements {
  driver: string;
  /** Of the driver, each once, in alphabetical order. */
  capabilities: string[];
  /** Those capabilities that only root has. */
  ofRoot: string[];
  /** Versions, series, `latest` and paths of binaries of nats-server; empty where the servers run already. */
  nats: string[];
  /** Names of the programs that it starts besides servers, without those that come with the experiment itself. */
  programs: string[];
  /** What it starts of others' programs and containers, in words: `the service api runs node`. */
  commands: string[];
  /** Addresses that it names itself: of servers, engines, web servers and databases. */
  addresses: string[];
  /** Settings of servers that the experiment writes itself, by their names. */
  serverConfig: string[];
  /** Absolute paths of files and folders that it names, apart from binaries. */
  paths: string[];
  /** How many servers it starts. */
  nodes: number;
  /** Nothing else may run beside it on the machine. */
  alone: boolean;
}

export function requirementsOf(plan: Plan): Requirements {
  const { spec, driver } = plan;
  const capabilities = capabilitiesOf(plan);
  const started = startedBy(plan);
  return {
    driver,
    capabilities,
    ofRoot: capabilities.filter((one) => needsRoot(one)),
    nats: once([spec.nats, ...upgradesIn(plan)].filter((word) => word !== '')),
    programs: once(started.flatMap(({ program }) => (isName(program) ? [program] : []))),
    commands: started.map(({ who, program }) => `${who} starts ${program}`),
    addresses: addressesIn(plan),
    serverConfig: once([
      ...spec.clusters.flatMap(({ serverConfig }) => Object.keys(serverConfig)),
      ...faultsIn(plan).flatMap(({ options }) => Object.keys(recordOf(options['config']))),
    ]),
    paths: pathsIn({ ...spec, nats: '', services: undefined }).concat(
      (spec.services ?? []).flatMap(({ here, container }) => [here, ...(container?.build?.copy ?? [])]),
    ),
    nodes: spec.clusters.reduce((sum, { nodes }) => sum + nodes.length, 0),
    alone: whyAlone(plan) !== null,
  };
}

function capabilitiesOf(plan: Plan): Capability[] {
  const required = [
    ...faultsIn(plan).flatMap(({ kind }) => faults.find((one) => one.kind === kind)?.requires ?? []),
    ...actionsIn(plan).flatMap(({ kind }) => actions.find((one) => one.kind === kind)?.requires ?? []),
    ...(plan.spec.services === undefined ? [] : (['services'] as const)),
    ...((plan.links?.proxied.length ?? 0) === 0 ? [] : (['links'] as const)),
  ];
  // A driver that starts its servers pauses them by the same means; only attached servers are merely paused.
  const own = plan.driver === 'process' || plan.driver === 'docker';
  return once(required.map((one) => (own && one === 'pausing' ? 'processes' : one))).sort();
}

function upgradesIn(plan: Plan): string[] {
  return actionsIn(plan).flatMap(({ kind, options }) =>
    kind === 'upgrade' && typeof options['to'] === 'string' ? [options['to']] : [],
  );
}

/** Programs and images that are not servers of NATS, and who starts them. */
function startedBy(plan: Plan): { who: string; program: string }[] {
  const services = (plan.spec.services ?? []).flatMap(({ name, command, container, health, roles }) =>
    [
      command[0],
      container?.image,
      ...(container?.build?.programs ?? []),
      health?.kind === 'command' ? health.command[0] : undefined,
      roles?.kind === 'command' ? roles.command[0] : undefined,
    ].flatMap((program) =>
      program === undefined || program === '' ? [] : [{ who: `the service ${name}`, program }],
    ),
  );
  const probes = plan.probes.flatMap(({ kind, options }) =>
    kind === 'command' ? [{ who: 'a probe', program: firstWord(options['argv']) }] : [],
  );
  const updates = actionsIn(plan).flatMap(({ kind, options }) =>
    [firstWord(options['command']), textOf(options['image'])]
      .filter((program) => program !== '')
      .map((program) => ({ who: `the action ${kind}`, program })),
  );
  return [...services, ...probes, ...updates];
}

function addressesIn(plan: Plan): string[] {
  const { attach, clusters } = plan.spec;
  return once([
    ...Object.values(attach?.servers ?? {}).flatMap(({ client, monitor }) => [client, monitor]),
    ...clusters.flatMap(({ docker }) => docker?.host ?? []),
    ...textsIn([plan.probes, plan.workloads, plan.phases]).filter((text) =>
      /^[a-z][a-z0-9+.-]*:\/\//i.test(text),
    ),
  ]);
}

function pathsIn(value: unknown): string[] {
  return once(textsIn(value).filter((text) => isAbsolute(text)));
}

/** Every text in plain data. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function isName(program: string): boolean {
  return /^[A-Za-z0-9._+-]+$/.test(program);
}

function firstWord(command: unknown): string {
  return Array.isArray(command) ? textOf(command[0]) : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function once<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}
