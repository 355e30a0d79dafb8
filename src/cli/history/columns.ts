import { KV_OPERATIONS } from '../../history/kv-log.ts';
import { ASSET_OPERATIONS, OBJECT_OPERATIONS, REQUEST_OPERATIONS } from '../../history/operations.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import type { Operation } from './operation.ts';

/** A column of the table of operations, by which `--where` can choose too. */
export interface Column {
  type: 'time' | 'number' | 'word';
  /** In words, for errors and the documentation. */
  about: string;
  /** The only words that it can hold. */
  words?: readonly string[];
  of(operation: Operation): number | string | null;
}

const OPS: readonly string[] = [
  ...new Set([
    'publish',
    'deliver',
    ...KV_OPERATIONS,
    ...ASSET_OPERATIONS,
    ...OBJECT_OPERATIONS,
    ...REQUEST_OPERATIONS,
  ]),
];

/** By name, in the order in which they are shown. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  t: { type: 'time', about: 'when it was sent or delivered, since the run began', of: ({ t }) => t },
  workload: { type: 'word', about: 'which workload', of: ({ workload }) => workload },
  client: { type: 'number', about: 'which client of the workload, from 1', of: ({ client }) => client },
  op: {
    type: 'word',
    about: 'publish, deliver, or what was done with the key, such as get or update',
    words: OPS,
    of: ({ op }) => op,
  },
  key: { type: 'word', about: 'the key, or the name of what it was about', of: ({ key }) => key },
  message: {
    type: 'word',
    about:
      'publishing workload / number in it, also of what was written to a key or found there; "foreign" for a message of others',
    of: messageOf,
  },
  seq: { type: 'number', about: 'its stream sequence', of: ({ seq }) => seq },
  revision: {
    type: 'number',
    about: 'of a key: as the write was confirmed, or as it was found',
    of: ({ revision }) => revision,
  },
  expected: {
    type: 'number',
    about: 'of a key: the revision on which the write was conditional',
    of: ({ expected }) => expected,
  },
  outcome: {
    type: 'word',
    about: 'ok, failed, unknown (no answer), or none (a delivery that was never acknowledged)',
    words: ['ok', 'failed', 'unknown', 'none'],
    of: ({ outcome }) => outcome,
  },
  latency: {
    type: 'time',
    about: 'from when it was due, or delivered, until its outcome was known',
    of: ({ latency }) => latency,
  },
  late: { type: 'time', about: 'from when it was due until it was sent', of: ({ late }) => late },
  attempts: { type: 'number', about: 'how often it was sent', of: ({ attempts }) => attempts },
  deliveries: {
    type: 'number',
    about: '1 for a first delivery, as the server counts',
    of: ({ deliveries }) => deliveries,
  },
  member: {
    type: 'number',
    about: 'which member of the workload it was delivered to, from 1; empty where there is only one',
    of: ({ member }) => member,
  },
  note: { type: 'word', about: 'its error, and what else is special', of: ({ note }) => note },
};

function messageOf({ publisher, n, key }: Operation): string | null {
  if (publisher === null) return key === null ? 'foreign' : null;
  return `${publisher}/${n ?? '?'}`;
}

/** A cell for people. */
export function shown(column: Column, operation: Operation): string {
  const value = column.of(operation);
  if (value === null) return '';
  return column.type === 'time' ? shownTime(Number(value)) : String(value);
}

/** To the microsecond below 10 ms, and to the millisecond from a second on, so that neighbours can be told apart. */
export function shownTime(ms: Milliseconds): string {
  if (ms < 1000) return `${Number(ms.toFixed(ms < 10 ? 3 : 1))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(3)} s` : `${formatDuration(ms)} (${(ms / 1000).toFixed(3)} s)`;
}
