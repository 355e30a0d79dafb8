import { field, itemsOf } from '../source/lenient.ts';
import type { Pointer } from '../source/pointer.ts';

/** A condition on the readings of a probe, or a probe that is only read. */
interface PlacedCondition {
  item: unknown;
  at: Pointer;
  /** The phase while which it must hold; undefined for all others. */
  phase?: unknown;
}

/** Every condition and probe of an experiment. */
export function conditionsOf(experiment: unknown): PlacedCondition[] {
  const placed = (items: unknown, at: Pointer, phase?: unknown): PlacedCondition[] =>
    itemsOf(items).map((item, i) => ({ item, at: `${at}/${i}`, phase }));
  return [
    ...placed(field(experiment, 'steadyState'), '/steadyState'),
    ...placed(field(experiment, 'probes'), '/probes'),
    ...placed(field(experiment, 'stopWhen'), '/stopWhen'),
    ...itemsOf(field(experiment, 'method')).flatMap((phase, i) => [
      ...placed(field(phase, 'expect'), `/method/${i}/expect`, phase),
      ...placed(field(phase, 'until'), `/method/${i}/until`),
    ]),
  ];
}
