import { existsSync } from 'node:fs';
import type { ClusterFacts } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { Item } from '../experiment/common-schema.ts';
import { faultsOf } from '../experiment/faults-of.ts';
import { field, textOf } from '../experiment/lenient.ts';
import type { Environment } from '../experiment/environment-schema.ts';
import type { LoadedExperiment } from '../experiment/load.ts';
import { child } from '../experiment/pointer.ts';
import type { Problem } from '../experiment/problem.ts';
import type { Capability } from '../drivers/driver.ts';
import { faults } from '../faults/index.ts';
import { environmentSpec } from './environment-spec.ts';
import { clusterFacts } from './cluster-facts.ts';
import { offers, type DriverOffer } from './driver-offer.ts';
import { reasonAgainst } from './machine-offer.ts';

/** Everything that the files ask for and the driver cannot do. */
export function refusals({ experiment, environment }: LoadedExperiment, offer: DriverOffer): Problem[] {
  const links = environment.value.links.flatMap((link, i) =>
    offer.links.includes(link.kind)
      ? []
      : [
          environment.problem(
            `/links/${i}`,
            `the ${offer.driver} driver does not support ${link.kind} links yet`,
          ),
        ],
  );
  const clusters = clusterFacts(environment.value);
  const lacking = (what: string, kind: string, registry: readonly Demanding[]): string[] =>
    offer.readOnly === true
      ? [readOnlyText(`the ${what} ${kind} disturbs it`, environment.value)]
      : powersLacking(what, kind, registry, offer);
  const steps = experiment.value.method.flatMap((phase, i) => [
    ...faultsOf(phase, i).flatMap(({ fault, at }) =>
      firstOf(lacking('fault', textOf(field(fault, 'kind')) ?? '', faults), () =>
        listed(offer.objection?.(fault as Item)),
      ).map((message) => experiment.problem(at, message)),
    ),
    ...phase.actions.flatMap((action, j) =>
      [
        ...lacking('action', action.kind, actions),
        ...notOffered(action.kind, offer),
        ...objections(action, clusters),
      ].map((message) => experiment.problem(`/method/${i}/actions/${j}`, message)),
    ),
  ]);
  const written = [
    ...composeFile(environment),
    ...chosenVersion(environment),
    ...(offer.readOnly === true ? writingWorkloads(experiment, environment.value) : []),
  ];
  return [...links, ...written, ...steps];
}

/** Whether the compose file is there: the file that names it is the place to say so. */
function composeFile(environment: LoadedExperiment['environment']): Problem[] {
  const path = environmentSpec(environment).compose?.file;
  if (path === undefined || existsSync(path)) return [];
  return [environment.problem('/compose/file', `there is no compose file ${path}`)];
}

/** Only the command line can have named a version here: in the file it is an error. */
function chosenVersion(environment: LoadedExperiment['environment']): Problem[] {
  if (environment.value.attach === undefined || environment.value.nats === undefined) return [];
  return [environment.problem('/attach', 'attached servers run the version that they run: leave --nats out')];
}

/** Consuming is no mere reading. */
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

/** One reason is enough. */
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

function powersLacking(
  what: string,
  kind: string,
  registry: readonly Demanding[],
  offer: DriverOffer,
): string[] {
  const requires = registry.find((one) => one.kind === kind)?.requires ?? [];
  const reason = reasonAgainst(requires, offer);
  if (reason !== null) return [`the ${what} ${kind} needs ${reason}`];
  const missing = requires.filter((power) => !offers(offer, power));
  if (missing.length === 0) return [];
  const reasons = [...new Set(missing.flatMap((power) => offer.reasons?.[power] ?? []))];
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  return [
    `the ${offer.driver} driver has no power over ${missing.join(' and ')}, which the ${what} ${kind} needs${why}`,
  ];
}
