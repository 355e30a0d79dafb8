import type { ClusterFacts } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { Item } from '../experiment/common-schema.ts';
import type { Capability } from '../drivers/driver.ts';
import type { LoadedExperiment } from '../experiment/load.ts';
import type { Problem } from '../experiment/problem.ts';
import { faults } from '../faults/index.ts';
import { clusterFacts } from './cluster-facts.ts';
import type { DriverOffer } from './driver-offer.ts';
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
  const steps = experiment.value.method.flatMap((phase, i) => [
    ...phase.faults.flatMap((fault, j) =>
      lacking('fault', fault.kind, faults, offer).map((message) =>
        experiment.problem(`/method/${i}/faults/${j}`, message),
      ),
    ),
    ...phase.actions.flatMap((action, j) =>
      [...lacking('action', action.kind, actions, offer), ...objections(action, clusters)].map((message) =>
        experiment.problem(`/method/${i}/actions/${j}`, message),
      ),
    ),
  ]);
  return [...links, ...steps];
}

function objections(action: Item, clusters: readonly ClusterFacts[]): string[] {
  const objection = actions.find((one) => one.kind === action.kind)?.objection?.(action, clusters) ?? null;
  return objection === null ? [] : [objection];
}

interface Demanding {
  kind: string;
  requires: readonly Capability[];
}

function lacking(what: string, kind: string, registry: readonly Demanding[], offer: DriverOffer): string[] {
  const requires = registry.find((one) => one.kind === kind)?.requires ?? [];
  const reason = reasonAgainst(requires, offer);
  if (reason !== null) return [`the ${what} ${kind} needs ${reason}`];
  const missing = requires.filter((power) => !offer.capabilities.includes(power));
  if (missing.length === 0) return [];
  return [
    `the ${offer.driver} driver has no power over ${missing.join(' and ')}, which the ${what} ${kind} needs`,
  ];
}
