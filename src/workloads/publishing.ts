import type { PublishOptions } from './publish.ts';
import type { RunningWorkload, WorkloadContext } from './workload.ts';

export function startPublishing(_ctx: WorkloadContext, options: PublishOptions): Promise<RunningWorkload> {
  return Promise.reject(new Error(`not there yet: ${options.kind}`));
}
