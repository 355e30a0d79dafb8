import type { Milliseconds } from '../support/units.ts';

/** What a server's log can tell, the most telling first. */
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
  /** When it was said last; the same as `t` for what was said once. */
  until: Milliseconds;
  /** `cluster/node`. */
  node: string;
  kind: (typeof SERVER_EVENT_KINDS)[number];
  text: string;
  /** How often it was said. */
  count: number;
}

/** What the servers' logs told, while the environment was up. */
export interface ServerEventsRecord {
  /** In the order of time; the most telling, where there were too many. */
  events: ServerEvent[];
  /** How many more there were. */
  leftOut: number;
}
