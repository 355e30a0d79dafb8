import { ackFloorMonotonic } from './ack-floor-monotonic.ts';
import type { Checker } from './checker.ts';
import { exactlyOnce } from './exactly-once.ts';
import { gapless } from './gapless.ts';
import { answered } from './answered.ts';
import { atLeastOnce } from './at-least-once.ts';
import { atMostOnce } from './at-most-once.ts';
import { assetsModel } from './assets-model.ts';
import { identical } from './identical.ts';
import { intact } from './intact.ts';
import { isolated } from './isolated.ts';
import { kvLinearizable } from './kv-linearizable.ts';
import { noDuplicates } from './no-duplicates.ts';
import { noLoss } from './no-loss.ts';
import { noPhantoms } from './no-phantoms.ts';
import { objectsIntact } from './objects-intact.ts';
import { ordered } from './ordered.ts';
import { queueFair } from './queue-fair.ts';
import { quotaHeld } from './quota-held.ts';
import { redeliveryBounded } from './redelivery-bounded.ts';
import { slo } from './slo.ts';
import { starved } from './starved.ts';

/** Every check there is, in the order in which lists show them. */
export const checkers: readonly Checker[] = [
  noLoss,
  noDuplicates,
  noPhantoms,
  exactlyOnce,
  ordered,
  intact,
  gapless,
  identical,
  starved,
  redeliveryBounded,
  queueFair,
  ackFloorMonotonic,
  kvLinearizable,
  objectsIntact,
  assetsModel,
  answered,
  atMostOnce,
  isolated,
  quotaHeld,
  atLeastOnce,
  slo,
];
