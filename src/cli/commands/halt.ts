import { hostname, userInfo } from 'node:os';
import { ensureAssets } from '../../nats/queue/assets.ts';
import { Queue } from '../../nats/queue/queue.ts';
import { ExitCode } from '../exit-codes.ts';
import { neededQueue, type QueueOptions } from '../fleet/queue-options.ts';
import { print } from '../output.ts';

export interface HaltOptions extends QueueOptions {
  reason: string;
}

/** `chaos halt`: every worker ends its runs with their faults undone, and begins none until `chaos resume`. */
export async function haltCommand({ reason, ...options }: HaltOptions): Promise<number> {
  return onQueue(options, 'halt', async (queue) => {
    const halt = { by: `${userName()}@${hostname()}`, reason, at: new Date().toISOString() };
    await queue.control.halt(halt);
    const busy = (await queue.states.workers()).reduce((sum, { value }) => sum + (value?.busy ?? 0), 0);
    print(`the fleet is halted: ${reason}; ${busy} runs were under way, by what workers said last`);
  });
}

/** `chaos resume`: ends a halt. On a cluster without a queue it makes one, so that workers can be started first. */
export async function resumeCommand(options: QueueOptions): Promise<number> {
  return onQueue(options, 'resume', async (queue) => {
    await ensureAssets(queue).catch(async (thrown: unknown) => {
      // A user that may only pull the lever cannot make anything, and does not have to where everything is.
      await queue.check().catch(() => {
        throw thrown;
      });
    });
    const ended = await queue.control.resume();
    print(
      ended === null
        ? 'the fleet was not halted'
        : `the fleet goes on; ${ended.by} had halted it: ${ended.reason}`,
    );
  });
}

async function onQueue(
  options: QueueOptions,
  who: string,
  use: (queue: Queue) => Promise<void>,
): Promise<number> {
  const queue = await Queue.open(neededQueue(options, process.env), `nats-chaos/${who}`);
  try {
    await use(queue);
    return ExitCode.pass;
  } finally {
    await queue.close();
  }
}

/** A container may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody');
  }
}
