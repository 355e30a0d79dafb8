import type { Cast, Inventory } from '../resolve/inventory.ts';
import type { Complaints } from '../source/complaints.ts';

/** One demand on a file that its schema cannot express: whether parts of it fit together, or fit the environment. */
interface Rule<Context> {
  /** Its folder and file: `mirrors/path` is in `rules/mirrors/path.ts`. */
  name: string;
  /** What it demands, in one sentence. */
  demand: string;
  /** Complains of every place that breaks the rule; the file may have other errors too. */
  check(context: Context): void;
}

export type EnvironmentRule = Rule<EnvironmentContext>;
export type ExperimentRule = Rule<ExperimentContext>;

export interface EnvironmentContext {
  /** The environment as it is in the file, valid or not. */
  value: unknown;
  inventory: Inventory;
  complaints: Complaints;
}

export interface ExperimentContext {
  /** The experiment as it is in the file, valid or not. */
  value: unknown;
  /** What its environment names; empty when the environment cannot be read. */
  inventory: Inventory;
  cast: Cast;
  complaints: Complaints;
}
