import type { QueueOptions } from '../fleet/queue-options.ts';
import type { CarryOutOptions } from './carry-out.ts';
import type { SuiteFormOptions } from './suite-forms.ts';

/** Options of the command line that a matrix and a nightly run share. */
export interface SuiteOptions extends SuiteFormOptions, QueueOptions {
  tag?: string[];
  nats?: string[];
  repeat?: number;
  environment?: string;
  driver?: string;
  seed?: number;
  /** Leave out experiments that cannot be carried out here. */
  skipUnavailable?: boolean;
  jobs?: number;
  /** Milliseconds. */
  runTimeout?: number;
  /** Milliseconds. */
  budget?: number;
  json?: boolean;
  quiet?: boolean;
}

const DEFAULT_RUN_TIMEOUT_MS = 30 * 60_000;

/** How many runs at once, and for how long. */
export function boundsOf(options: SuiteOptions): Pick<CarryOutOptions, 'jobs' | 'runTimeoutMs' | 'budgetMs'> {
  const { jobs, budget, runTimeout = DEFAULT_RUN_TIMEOUT_MS } = options;
  return {
    runTimeoutMs: runTimeout,
    ...(jobs === undefined ? {} : { jobs }),
    ...(budget === undefined ? {} : { budgetMs: budget }),
  };
}
