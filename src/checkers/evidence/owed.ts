import type { History } from '../../history/history.ts';
import { streamOf } from '../../support/stream-of.ts';
import { subjectMatches } from '../../support/subjects.ts';
import type { Evidence } from './evidence.ts';

/**
 * Tells by the code of its subject whether a message is for a consumer; undefined, and why, where nobody knows its
 * filters.
 */
export function filterOf(evidence: Evidence, consumer: string): ((subject: number) => boolean) | string {
  // An ordered reader has no consumer that stays, and no filter.
  if (!evidence.acknowledges(consumer)) return () => true;
  const audit = evidence.consumerAudit(consumer);
  if (audit?.complete !== true) return `the state of consumer ${consumer} was not read`;
  const filters = audit.settings?.filters;
  if (filters === undefined) return `the history does not say which subjects ${consumer} is to deliver`;
  if (filters.length === 0) return () => true;
  const matches = evidence.history
    .subjects(streamOf(consumer))
    .map((subject) => filters.some((filter) => subjectMatches(filter, subject)));
  return (subject) => matches[subject] === true;
}

/** A message that a stream holds. */
export interface StoredMessage {
  seq: number;
  by: number;
  n: number;
}

/** Every message of a stream that is for a consumer, in the order of sequence; the object is used again for the next. */
export function* messagesFor(
  history: History,
  consumer: string,
  isMeant: (subject: number) => boolean,
): Generator<StoredMessage> {
  const message = { seq: 0, by: 0, n: 0 };
  for (const { seq, by, n, subject, length } of history.stored(streamOf(consumer)))
    for (let row = 0; row < length; row += 1) {
      if (!isMeant(subject[row] as number)) continue;
      message.seq = seq[row] as number;
      message.by = by[row] as number;
      message.n = n[row] as number;
      yield message;
    }
}
