import type { Item } from '../experiment/common-schema.ts';
import { STATE_CONDITIONS, VALUE_CONDITIONS } from '../probes/condition.ts';
import { probes } from '../probes/index.ts';
import type { ExpectationPlan, ProbePlan } from './plan.ts';

const CONDITION_FIELDS: ReadonlySet<string> = new Set([
  ...VALUE_CONDITIONS,
  ...STATE_CONDITIONS,
  'within',
  'after',
]);

/** The probes of a plan: whoever asks for the same reading shares it. */
export class ProbeCollection {
  readonly plans: ProbePlan[] = [];

  expectation(item: Item): ExpectationPlan {
    const condition = Object.entries(item).filter(([key]) => CONDITION_FIELDS.has(key));
    return { probe: this.observe(item), condition: Object.fromEntries(condition) };
  }

  /** @returns the id of the probe */
  observe(item: Item): string {
    const probe = probes.find((one) => one.kind === item.kind);
    if (!probe) throw new RangeError(`there is no probe ${item.kind}`);
    const options = Object.fromEntries(Object.entries(item).filter(([key]) => !CONDITION_FIELDS.has(key)));
    const target = probe.target(options);
    const id = this.#idOf(`${item.kind} ${target}`, options);
    if (!this.plans.some((plan) => plan.id === id)) {
      this.plans.push({ id, kind: item.kind, target, unit: probe.unit, options });
    }
    return id;
  }

  /** Two probes of one kind and target may differ in an option; the later one then says how. */
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
