import type { Driver } from '../drivers/driver.ts';
import type { RunRecord } from '../history/record.ts';
import { until } from '../support/deadline.ts';
import { messageOf } from '../support/errors.ts';
import { lostNodes } from './lost-nodes.ts';
import type { Story } from './story.ts';

/** How long the links may take to be up again once every fault is gone. */
const WHOLE_MS = 30_000;

/**
 * A run ends only when the topology is whole again, by what the servers say; else it is unclean.
 *
 * @param stuck whether a fault could not be undone: then nothing is waited for
 */
export async function proveWhole(
  driver: Driver,
  story: Story,
  record: RunRecord,
  stuck: boolean,
): Promise<void> {
  const attached = driver.attached === true;
  // A server that went down by itself was not put there by a run that only looked.
  if (attached && record.faults.every((fault) => fault.injectedAt === undefined)) return;
  const missing = await missingInTheEnd(driver, stuck ? 0 : WHOLE_MS).catch(() =>
    driver.missing().catch((error: unknown) => [messageOf(error)]),
  );
  if (missing.length === 0) {
    const whole = attached ? 'every server answers' : 'every node runs, every link is up';
    story.tell('undo', `the topology is whole: ${whole}`);
    return;
  }
  const problem = `the topology is not whole again: ${missing.join('; ')}`;
  record.unclean.push(problem);
  story.tell('problem', problem);
}

/** What is missing once nothing is, or once a node is lost that no waiting brings back. @throws ChaosError `timeout` */
async function missingInTheEnd(driver: Driver, timeoutMs: number): Promise<string[]> {
  const { missing } = await until(
    async () => {
      const seen = await driver.missing();
      return (seen.length === 0 || (await lostNodes(driver)).length > 0) && { missing: seen };
    },
    { timeoutMs, everyMs: 50, what: 'the topology to be whole' },
  );
  return missing;
}
