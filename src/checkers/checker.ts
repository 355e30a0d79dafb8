import type { History } from '../history/reader.ts';
import type { Static, TSchema } from '../support/schema.ts';

export type FindingVerdict = 'pass' | 'fail' | 'inconclusive';

/** One message, or gap, that a finding points at. */
export interface Example {
  stream?: string;
  consumer?: string;
  seq?: number;
  id?: string;
  text: string;
}

/** What a check found in the history. */
export interface Finding {
  check: string;
  /** What it looked at, in words. */
  subject: string;
  verdict: FindingVerdict;
  /** One sentence, with the figures, and with the first sequence where it is bad news. */
  statement: string;
  counts: Record<string, number>;
  /** At most 20, the lowest sequences first. */
  examples: Example[];
}

/** A pure judgement of a whole history: no I/O, no clock. */
export interface Checker<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  schema: S;
  check(history: History, options: Static<S>): Finding;
}
