/** The source of time; passed in, so that pure code stays pure and tests can use their own. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  monotonicMs(): number;
  /** The wall clock, for people and file names. */
  now(): Date;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  now: () => new Date(),
};
