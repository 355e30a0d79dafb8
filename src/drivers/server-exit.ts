import type { Milliseconds } from '../support/units.ts';

/** How a driver asks a server to end. */
export type EndRequest = 'stop' | 'kill' | 'lame-duck';

/** From the gentlest to the harshest. */
const REQUESTS: readonly EndRequest[] = ['lame-duck', 'stop', 'kill'];

/**
 * Which of two requests to one server counts: the gentler. A server that is killed while it ends as it was asked to may
 * end either way, and its kill does not make the orderly end a strange one.
 */
export function gentlerOf(before: EndRequest | null, now: EndRequest): EndRequest {
  return REQUESTS.find((request) => request === before || request === now) ?? now;
}

/** One end of a server, for whatever reason. */
export interface ServerExit {
  /** `cluster/node`. */
  node: string;
  /** Milliseconds since 1970. */
  at: Milliseconds;
  /** Null when a signal ended it, or when it is unknown. */
  code: number | null;
  /** `SIGKILL` …; null when it exited by itself, or when it is unknown. */
  signal: string | null;
  /** The gentlest that the driver had asked for by then; null when it had asked for nothing. */
  asked: EndRequest | null;
  /** The kernel killed it because memory ran out (in its control group or container). */
  outOfMemory: boolean;
  /** It ran again later, and the driver did not start it. */
  restartedByOthers: boolean;
  /** How often the Docker engine has restarted it by itself; only for containers. */
  restartCount?: number;
  /** The lines of its log that say why it ended, or else its very last lines, in order. */
  lastLines: string[];
}

/**
 * An engine that is stopped ends its containers up to so long before it ends itself: Docker gives them 15 s, and takes a
 * while itself.
 */
export const ENGINE_GRACE_MS: Milliseconds = 20_000;

/** A part of the harness that does not work. Without it the run cannot be judged. */
export interface HarnessProblem {
  /** `proxy`: everything that goes through the proxies. `engine`: everything in containers. */
  part: 'proxy' | 'engine';
  /** `dead`: it has ended. `silent`: it did not answer this time. */
  state: 'dead' | 'silent';
  /** In words. */
  text: string;
  /** When it ended, ms since 1970, where that is known. */
  since?: Milliseconds;
}
