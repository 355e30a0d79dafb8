import type { Item } from '../experiment/schema/common.ts';
import { STATE_CONDITIONS, VALUE_CONDITIONS } from '../probes/condition.ts';
import { probes } from '../probes/index.ts';
import type { ExpectationPlan, ProbePlan } from './plan.ts';

const CONDITION_FIELDS: ReadonlySet<string> = new Set([
  ...VALUE_CONDITIONS,
  ...STATE_CONDITIONS,
  'within',
  'after',
]);

/** The probes of a plan: all that need the same reading share one probe. */
export class ProbeCollection {
  readonly plans: ProbePlan[] = [];
  readonly #nodesOf: (endpoint: string) => readonly string[];

  /** @param nodesOf the nodes of a cluster; of a node, itself */
  constructor(nodesOf: (endpoint: string) => readonly string[]) {
    this.#nodesOf = nodesOf;
  }

  /** One for each thing that the item names. */
  expectations(item: Item): ExpectationPlan[] {
    const condition = Object.entries(item).filter(([key]) => CONDITION_FIELDS.has(key));
    return this.observe(item).map((probe) => ({ probe, condition: Object.fromEntries(condition) }));
  }

  /** @returns the ids of the probes, one for each thing that the item names */
  observe(item: Item): string[] {
    const probe = probes.find((one) => one.kind === item.kind);
    if (!probe) throw new RangeError(`there is no probe ${item.kind}`);
    const options = Object.fromEntries(Object.entries(item).filter(([key]) => !CONDITION_FIELDS.has(key)));
    return (probe.each?.(options, this.#nodesOf) ?? [options]).map((one) =>
      this.#add(probe, one as Record<string, unknown>),
    );
  }

  #add(probe: (typeof probes)[number], options: Record<string, unknown>): string {
    const target = probe.target(options);
    const id = this.#idOf(`${probe.kind} ${target}`, options);
    if (!this.plans.some((plan) => plan.id === id)) {
      this.plans.push({ id, kind: probe.kind, target, unit: probe.unit, options });
    }
    return id;
  }

  /** Two probes of one kind and target may differ in an option: the id of the later one then names it. */
  #idOf(base: string, options: Record<string, unknown>): string {
    const namesake = this.plans.find((plan) => plan.id === base);
    if (!namesake) return base;
    const differing = Object.entries(options).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(namesake.options[key]),
    );
    if (differing.length === 0) return base;
    return `${base} (${differing.map(([key, value]) => `${key} ${String(value)}`).join(', ')})`;
  }
}
