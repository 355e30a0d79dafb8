import type { ConsumeOptions } from './consume.ts';
import type { RunningWorkload, WorkloadContext } from './workload.ts';

export function startConsuming(_ctx: WorkloadContext, options: ConsumeOptions): Promise<RunningWorkload> {
  return Promise.reject(new Error(`not there yet: ${options.kind}`));
}
