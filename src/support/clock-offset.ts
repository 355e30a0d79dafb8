import type { Milliseconds } from './units.ts';

/** More than one, because a thread may be held up between two looks at two clocks. */
const LOOKS = 20;

/**
 * What is to be added to a clock, to get the time of the one that all threads of the process share (`hrtime`, in ms): exact to
 * the shortest of several looks, a few microseconds.
 *
 * @param nowMs a clock of this thread that goes at the same speed
 */
export function offsetToSharedClock(nowMs: () => Milliseconds): Milliseconds {
  let best = { width: Infinity, offset: 0 };
  for (let look = 0; look < LOOKS; look += 1) {
    const before = process.hrtime.bigint();
    const now = nowMs();
    const after = process.hrtime.bigint();
    const width = Number(after - before) / 1e6;
    if (width < best.width) best = { width, offset: Number(before) / 1e6 + width / 2 - now };
  }
  return best.offset;
}
