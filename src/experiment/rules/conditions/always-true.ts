import { STATE_CONDITIONS, VALUE_CONDITIONS } from '../../../probes/condition.ts';
import { probes } from '../../../probes/index.ts';
import { conditionsOf } from '../../resolve/conditions-of.ts';
import { probeSurroundings } from '../../resolve/probe-surroundings.ts';
import { field, numberOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

export const alwaysTrue: ExperimentRule = {
  name: 'conditions/always-true',
  demand:
    'Some reading would break the condition: one that always holds finds nothing and waits for nothing.',
  check({ value, inventory, complaints }) {
    const surroundings = probeSurroundings(value, inventory);
    for (const { item, at } of conditionsOf(value)) {
      const stated = [...VALUE_CONDITIONS, ...STATE_CONDITIONS].filter(
        (name) => field(item, name) !== undefined,
      );
      const [first] = stated;
      const probe = probes.find(({ kind }) => kind === field(item, 'kind'));
      const bounds = probe?.bounds?.(item, surroundings);
      if (probe === undefined || bounds === undefined || first === undefined) continue;
      const why = stated.map((name) => whyAlwaysTrue(name, numberOf(field(item, name)), bounds));
      if (why.includes(null)) continue;
      complaints.error(
        `${at}/${first}`,
        `it always holds: ${probe.kind} ${[...new Set(why)].join(', and ')}; expected a condition that some reading would not fulfil`,
      );
    }
  },
};

/** Why every possible reading fulfils one part of a condition, or null when some would not. */
function whyAlwaysTrue(
  name: string,
  limit: number | undefined,
  { min, max }: { min?: number; max?: number },
): string | null {
  if (limit === undefined) return null;
  if (name === 'min' && min !== undefined && limit <= min) return `is never below ${min}`;
  return name === 'max' && max !== undefined && limit >= max ? `is never above ${max}` : null;
}
