import { consume } from './consume.ts';
import { publish } from './publish.ts';
import type { Workload } from './workload.ts';

/** Every workload there is, in the order in which lists show them. */
export const workloads: readonly Workload[] = [publish, consume];
