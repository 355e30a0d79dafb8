import { field, itemsOf } from './lenient.ts';
import type { Pointer } from './pointer.ts';

/** A fault of the method, and where it stands. */
export interface PlacedFault {
  fault: unknown;
  at: Pointer;
}

/** Every fault of one phase, those that may be chosen among them, in the order of the file. */
export function faultsOf(phase: unknown, phaseIndex: number): PlacedFault[] {
  return itemsOf(field(phase, 'faults')).flatMap((item, i) =>
    faultsIn(item, `/method/${phaseIndex}/faults/${i}`),
  );
}

/** A fault alone, or what a choice has to choose from. */
export function faultsIn(item: unknown, at: Pointer): PlacedFault[] {
  if (field(item, 'kind') !== 'choose') return [{ fault: item, at }];
  return itemsOf(field(item, 'of')).map((fault, i) => ({ fault, at: `${at}/of/${i}` }));
}
