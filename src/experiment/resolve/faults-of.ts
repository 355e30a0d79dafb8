import { field, itemsOf } from '../source/lenient.ts';
import type { Pointer } from '../source/pointer.ts';

/** A fault of the method, and where it stands. */
export interface PlacedFault {
  fault: unknown;
  at: Pointer;
}

/** Every fault of the method, in the order of the file, each with its phase. */
export function faultsOfMethod(experiment: unknown): (PlacedFault & { phase: unknown })[] {
  return itemsOf(field(experiment, 'method')).flatMap((phase, i) =>
    faultsOf(phase, i).map((placed) => ({ ...placed, phase })),
  );
}

/** Every fault of one phase, including those of choices, in the order of the file. */
export function faultsOf(phase: unknown, phaseIndex: number): PlacedFault[] {
  return itemsOf(field(phase, 'faults')).flatMap((item, i) =>
    faultsIn(item, `/method/${phaseIndex}/faults/${i}`),
  );
}

/** The fault itself, or the faults of a choice. */
export function faultsIn(item: unknown, at: Pointer): PlacedFault[] {
  if (field(item, 'kind') !== 'choose') return [{ fault: item, at }];
  return itemsOf(field(item, 'of')).map((fault, i) => ({ fault, at: `${at}/of/${i}` }));
}
