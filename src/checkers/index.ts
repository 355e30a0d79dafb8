import type { Checker } from './checker.ts';
import { identical } from './identical.ts';
import { noDuplicates } from './no-duplicates.ts';
import { noLoss } from './no-loss.ts';
import { ordered } from './ordered.ts';

/** Every check there is, in the order in which lists show them. */
export const checkers: readonly Checker[] = [noLoss, noDuplicates, ordered, identical];
