import type { CarryOutOptions } from './carry-out.ts';
import type { SuiteFormOptions } from './suite-forms.ts';

/** What a matrix and a night are both told on the command line. */
export interface SuiteOptions extends SuiteFormOptions {
  nats?: string[];
  repeat?: number;
  environment?: string;
  driver?: string;
  seed?: number;
  jobs?: number;
  /** Milliseconds. */
  runTimeout?: number;
  /** Milliseconds. */
  budget?: number;
  json?: boolean;
  quiet?: boolean;
}

const DEFAULT_RUN_TIMEOUT_MS = 30 * 60_000;

/** How much at once, and for how long. */
export function boundsOf(options: SuiteOptions): Pick<CarryOutOptions, 'jobs' | 'runTimeoutMs' | 'budgetMs'> {
  const { jobs, budget, runTimeout = DEFAULT_RUN_TIMEOUT_MS } = options;
  return {
    runTimeoutMs: runTimeout,
    ...(jobs === undefined ? {} : { jobs }),
    ...(budget === undefined ? {} : { budgetMs: budget }),
  };
}
