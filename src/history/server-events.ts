import type { Milliseconds } from '../support/units.ts';

/** The kinds of events in a server's log, the most important first. */
export const SERVER_EVENT_KINDS = [
  'quorum',
  'slow-consumer',
  'store',
  'stop',
  'start',
  'leader',
  'link-down',
  'error',
  'warning',
  'catch-up',
  'link-up',
] as const;

export interface ServerEvent {
  t: Milliseconds;
  /** When it was logged last; the same as `t` for what was logged once. */
  until: Milliseconds;
  /** `cluster/node`. */
  node: string;
  kind: (typeof SERVER_EVENT_KINDS)[number];
  text: string;
  /** How often it was logged. */
  count: number;
}

/** The events of the servers' logs, while the environment was up. */
export interface ServerEventsRecord {
  /** In the order of time; the most important, where there were too many. */
  events: ServerEvent[];
  /** How many more there were. */
  leftOut: number;
}
