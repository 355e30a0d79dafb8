import type { History } from './reader.ts';
import type { Static, TSchema } from '../../../src/support/schema.ts';

export type FindingVerdict = 'pass' | 'fail' | 'inconclusive';

/** One message, or gap, that a finding points at. */
export interface Example {
  stream?: string;
  consumer?: string;
  seq?: number;
  id?: string;
  text: string;
}

/** The result of a check on the history. */
export interface Finding {
  check: string;
  /** What it judged, in words. */
  subject: string;
  verdict: FindingVerdict;
  /** One sentence, with the figures, and with the first sequence where the claim is false. */
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
  /** What it needs, and its verdict without that, in one or two sentences for `chaos explain`. */
  proof: string;
  /** An item of `checks` in YAML, valid with the workloads `publish` and `consume`. */
  example: string;
  schema: S;
  check(history: History, options: Static<S>): Finding;
}
