import { ChaosError } from '../../support/errors.ts';
import type { Bytes } from '../../support/units.ts';

/** The most that is written, so that the disk of the machine is not filled. */
const MOST_BYTES = 2 * 1024 ** 3;
/** Room for the headers of messages, and for messages in flight when the first is refused. */
export const MARGIN_BYTES = 64 * 1024 ** 2;

/** @throws ChaosError when there is more room than is ever filled */
export function demandRoom(roomBytes: Bytes, whose: string, hint: string): void {
  if (roomBytes <= MOST_BYTES) return;
  const room = roomBytes === Infinity ? 'no limit' : `room for ${Math.round(roomBytes / 1024 ** 2)} MiB`;
  throw new ChaosError(
    'failed',
    `${whose} has ${room}, and a fault writes ${MOST_BYTES / 1024 ** 2} MiB at most`,
    { hint },
  );
}
