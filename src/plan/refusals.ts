import { existsSync } from 'node:fs';
import type { ClusterFacts } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { Item } from '../experiment/schema/common.ts';
import { jointsOf } from '../experiment/resolve/declared-links.ts';
import { faultsOf } from '../experiment/resolve/faults-of.ts';
import { field, textOf } from '../experiment/source/lenient.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { LoadedExperiment } from '../experiment/load.ts';
import { child } from '../experiment/source/pointer.ts';
import type { Problem } from '../experiment/source/problem.ts';
import type { Capability } from '../drivers/driver.ts';
import { faults } from '../faults/index.ts';
import { environmentSpec } from './environment-spec.ts';
import { clusterFacts } from './cluster-facts.ts';
import { offers, type DriverOffer } from './driver-offer.ts';
import { splitAssertions } from '../support/versions.ts';
import { reasonAgainst } from './machine-offer.ts';
import { serviceRefusals, updateRefusal } from './service-refusals.ts';

/** Something in the files that cannot be done. */
export interface Refusal extends Problem {
  /** Whether another machine or another driver could do it: then the files are valid. */
  lacking: boolean;
}

/** Everything in the files that the driver cannot do. */
export function refusals({ experiment, environment }: LoadedExperiment, offer: DriverOffer): Refusal[] {
  const links = jointsOf(environment.value)
    .filter(({ kind }) => !offer.links.includes(kind))
    .map(({ kind, index }) =>
      environment.problem(`/links/${index}`, `the ${offer.driver} driver does not support ${kind} links yet`),
    );
  const clusters = clusterFacts(environment.value);
  const readOnly = offer.readOnly === true;
  const refused = (what: string, kind: string, registry: readonly Demanding[]): string[] =>
    readOnly
      ? [readOnlyText(`the ${what} ${kind} disturbs it`, environment.value)]
      : capabilitiesLacking(what, kind, registry, offer);
  const steps = experiment.value.method.flatMap((phase, i) => [
    ...faultsOf(phase, i).flatMap(({ fault, at }) =>
      firstOf(refused('fault', textOf(field(fault, 'kind')) ?? '', faults), () =>
        listed(offer.objection?.(fault as Item)),
      ).map((message) => refusal(experiment.problem(at, message), !readOnly)),
    ),
    ...phase.actions.flatMap((action, j) => {
      const at = (message: string): Problem => experiment.problem(`/method/${i}/actions/${j}`, message);
      return [
        ...[
          ...refused('action', action.kind, actions),
          ...notOffered(action.kind, offer),
          ...listed(updateRefusal(action, environment.value, offer)),
        ].map((message) => refusal(at(message), !readOnly)),
        // An action that would be no fair test is none on any machine.
        ...objections(action, clusters).map((message) => refusal(at(message), false)),
      ];
    }),
  ]);
  const written = [
    ...composeFile(environment),
    ...chosenVersion({ experiment, environment }),
    ...builtHere({ experiment, environment }, offer.driver),
    ...(readOnly ? writingWorkloads(experiment, environment.value) : []),
  ];
  return [
    ...links.map((problem) => refusal(problem, true)),
    ...serviceRefusals(environment, offer).map((problem) => refusal(problem, true)),
    ...written.map((problem) => refusal(problem, false)),
    ...steps,
  ];
}

function refusal(problem: Problem, lacking: boolean): Refusal {
  return { ...problem, lacking };
}

/** A missing compose file, reported where the environment names it. */
function composeFile(environment: LoadedExperiment['environment']): Problem[] {
  const path = environmentSpec(environment).compose?.file;
  if (path === undefined || existsSync(path)) return [];
  return [environment.problem('/compose/file', `there is no compose file ${path}`)];
}

/** A version for attached servers: of the experiment or the command line, as in the environment it is an error. */
function chosenVersion({
  experiment,
  environment,
}: Pick<LoadedExperiment, 'experiment' | 'environment'>): Problem[] {
  if (environment.value.attach === undefined || environment.value.nats === undefined) return [];
  if (experiment.value.nats !== undefined)
    return [experiment.problem('/nats', 'attached servers run the version that they run: leave this out')];
  return [environment.problem('/attach', 'attached servers run the version that they run: leave --nats out')];
}

/** Servers with assertions are built, and only processes can be what was built here. */
function builtHere(
  { experiment, environment }: Pick<LoadedExperiment, 'experiment' | 'environment'>,
  driver: string,
): Problem[] {
  const isBuilt = (release: unknown): release is string =>
    driver !== 'process' && typeof release === 'string' && splitAssertions(release).assertions;
  const why = (release: string): string =>
    `the ${driver} driver has no images of nats-server with assertions (${release}): use the driver process`;
  const { nats } = environment.value;
  const later = experiment.value.method.flatMap(({ actions: steps }, i) =>
    steps.flatMap(({ kind, to }, j) =>
      kind === 'upgrade' && isBuilt(to) ? [experiment.problem(`/method/${i}/actions/${j}/to`, why(to))] : [],
    ),
  );
  return [...(isBuilt(nats) ? [environment.problem('/nats', why(nats))] : []), ...later];
}

/** Why a kind of workload writes, where its name does not say so. */
const WRITES: Record<string, string> = { consume: 'a consume workload acknowledges, which writes to it' };

function writingWorkloads(experiment: LoadedExperiment['experiment'], environment: Environment): Problem[] {
  return Object.entries(experiment.value.workloads).map(([name, { kind }]) =>
    experiment.problem(
      child('/workloads', name),
      readOnlyText(WRITES[kind] ?? `a ${kind} workload writes to it`, environment),
    ),
  );
}

function readOnlyText(why: string, { name, attach }: Environment): string {
  const inContainers = attach?.docker !== undefined;
  return `${name} is attached read-only, and ${why}; to allow that, write \`allowFaults: true\`${inContainers ? '' : ' and `hosts`'} under attach`;
}

/** The reasons, or the others when there are none: one reason is enough. */
function firstOf(reasons: string[], others: () => string[]): string[] {
  return reasons.length > 0 ? reasons : others();
}

function listed(objection: string | null | undefined): string[] {
  return objection === null || objection === undefined ? [] : [objection];
}

function notOffered(kind: string, { driver, actions: only }: DriverOffer): string[] {
  if (only === undefined || only.includes(kind)) return [];
  return [`the action ${kind} is not for the ${driver} driver, which knows ${only.join(', ')}`];
}

function objections(action: Item, clusters: readonly ClusterFacts[]): string[] {
  return listed(actions.find((one) => one.kind === action.kind)?.objection?.(action, clusters));
}

interface Demanding {
  kind: string;
  requires: readonly Capability[];
}

function capabilitiesLacking(
  what: string,
  kind: string,
  registry: readonly Demanding[],
  offer: DriverOffer,
): string[] {
  const requires = registry.find((one) => one.kind === kind)?.requires ?? [];
  const reason = reasonAgainst(requires, offer);
  if (reason !== null) return [`the ${what} ${kind} needs ${reason}`];
  const missing = requires.filter((capability) => !offers(offer, capability));
  if (missing.length === 0) return [];
  const reasons = [...new Set(missing.flatMap((capability) => offer.reasons?.[capability] ?? []))];
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  return [
    `the ${offer.driver} driver lacks the capability ${missing.join(' and ')}, which the ${what} ${kind} needs${why}`,
  ];
}
