import type { Plan } from '../../plan/plan.ts';
import type { Queue } from '../../nats/queue/queue.ts';

/** Whether servers that a plan attaches to are those of the queue: by their addresses, or by what they say of themselves. */
export async function touchesQueue({ spec }: Plan, queue: Queue): Promise<boolean> {
  const targets = Object.values(spec.attach?.servers ?? {}).map(({ client }) => client);
  return targets.length > 0 && queue.isOwn(targets);
}
