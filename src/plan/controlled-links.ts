import type { LinkInfo } from '../drivers/driver.ts';
import { everyLink } from '../drivers/every-link.ts';
import { replicasOf, type EnvironmentSpec } from '../drivers/spec.ts';
import type { DeclaredSystem } from '../faults/fault.ts';
import { faults } from '../faults/index.ts';
import type { ChoicePlan, FaultPlan, LinksPlan, PhasePlan } from './plan.ts';

export interface LinksInput {
  spec: EnvironmentSpec;
  driver: string;
  phases: readonly PhasePlan[];
  /** Why every link is to be under control, whatever the phases do; left out: it is not. */
  all?: string;
}

/**
 * Which links must go through a proxy, and why: those that a fault of the method can ever touch. Where the seed or the
 * state of the servers decides, every link that they could choose counts. Actions, probes and `stopWhen` touch no link.
 */
export function controlledLinks({ spec, driver, phases, all }: LinksInput): LinksPlan {
  const { clusters, services } = spec;
  const links = everyLink({ clusters, links: spec.links, ...(services && { services }) });
  const reasons = new Map<string, string[]>();
  const control = (some: readonly string[], reason: string): void => {
    for (const id of some) reasons.set(id, [...(reasons.get(id) ?? []), reason]);
  };
  if (all !== undefined) control(idsOf(links), all);
  const system = systemOf(spec, links);
  for (const { id, kind, options } of phases.flatMap((phase) => phase.faults.flatMap(faultsIn))) {
    const fault = faults.find((one) => one.kind === kind);
    control(fault?.mayTouch?.(system, options) ?? [], `fault ${id}`);
  }
  // Servers tell their peers the addresses at which they reach other clusters: those must be no real ones then.
  const gateways = links.filter(({ kind }) => kind === 'gateway');
  if (gateways.some(({ id }) => reasons.has(id)))
    control(
      idsOf(gateways.filter(({ id }) => !reasons.has(id))),
      'other gateways of the super-cluster, as servers tell each other how they reach them',
    );
  if (driver === 'docker') control(idsOf(acrossEngines(spec, links)), 'the two Docker engines that it joins');
  return {
    total: links.length,
    proxied: links.flatMap(({ id }) => {
      const because = reasons.get(id);
      return because === undefined ? [] : [{ link: id, because }];
    }),
  };
}

function idsOf(links: readonly LinkInfo[]): string[] {
  return links.map(({ id }) => id);
}

function systemOf({ clusters, services }: EnvironmentSpec, links: readonly LinkInfo[]): DeclaredSystem {
  const nodes = clusters.flatMap(({ name: cluster, nodes }) =>
    nodes.map((name) => ({ address: `${cluster}/${name}`, cluster, name })),
  );
  const replicas = replicasOf(services).map(({ address, service, name }) => ({
    address,
    cluster: service,
    name,
  }));
  return { nodes: [...nodes, ...replicas], links };
}

/** Any of the faults of a choice may be chosen. */
function faultsIn(item: FaultPlan | ChoicePlan): FaultPlan[] {
  return 'of' in item ? item.of : [item];
}

/** Containers on two engines reach each other only through the proxies of both. */
function acrossEngines({ clusters }: EnvironmentSpec, links: readonly LinkInfo[]): LinkInfo[] {
  const engineOf = (node: string): string | undefined =>
    clusters.find(({ name }) => node.startsWith(`${name}/`))?.docker?.host;
  return links.filter(({ kind, from, to }) => kind !== 'client' && engineOf(from) !== engineOf(to));
}
