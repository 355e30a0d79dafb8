import { ChaosError } from '../support/errors.ts';
import type { Bytes } from '../support/units.ts';

/** What is written at most: the disk of the machine is not to be filled. */
const MOST_BYTES = 2 * 1024 ** 3;
/** Messages are stored with their headers, and some are in flight when the first is refused. */
export const MARGIN_BYTES = 64 * 1024 ** 2;

/** @throws ChaosError for a place that could take more than is ever written */
export function demandRoom(roomBytes: Bytes, whose: string, hint: string): void {
  if (roomBytes <= MOST_BYTES) return;
  const room = roomBytes === Infinity ? 'no limit' : `room for ${Math.round(roomBytes / 1024 ** 2)} MiB`;
  throw new ChaosError(
    'failed',
    `${whose} has ${room}, and what fills it is ${MOST_BYTES / 1024 ** 2} MiB at most`,
    { hint },
  );
}
