import { Bits } from '../../support/bits.ts';

/** A message of this run: the code of its publisher, and its number there. */
export interface Message {
  by: number;
  n: number;
}

/** Sets of numbers by the code of their publisher. */
export type ByPublisher = (Bits | undefined)[];

/** The set of a publisher, made when it is needed. */
export function at(sets: ByPublisher, by: number): Bits {
  return (sets[by] ??= new Bits());
}
