import type { Driver } from '../../drivers/driver.ts';
import type { RunRecord } from '../../history/record.ts';
import { until } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { ExitWatch } from '../exits/exit-watch.ts';
import { hasLostReplica, lostNodes } from '../readings/lost-nodes.ts';
import type { RunContext } from '../run-context.ts';

/** How long the links may take to be up again once every fault is removed. */
const WHOLE_MS = 30_000;

/**
 * Proves, by what the servers report, that the topology is whole again; else the run is unclean. What is missing because a
 * server has ended by itself, or because the harness broke, is no injection that is left: other findings name it.
 *
 * @returns what makes the run unclean; empty when nothing does
 */
export async function proveWhole(
  { driver, timeline, faults, exits }: RunContext,
  { harness }: Pick<RunRecord, 'harness'>,
): Promise<string[]> {
  const attached = driver.attached === true;
  // A run that injected nothing has taken no server down.
  if (attached && faults.records.every((fault) => fault.injectedAt === undefined)) return [];
  const waitMs = faults.stuck || harness !== undefined ? 0 : WHOLE_MS;
  const missing = await missingInTheEnd(driver, waitMs).catch(() =>
    driver.missing().catch((error: unknown) => [messageOf(error)]),
  );
  if (missing.length === 0) {
    const whole = attached ? 'every server answers' : 'every node runs, every link is up';
    timeline.log('undo', `the topology is whole: ${whole}`);
    return [];
  }
  const problem = `the topology is not whole again: ${missing.join('; ')}`;
  timeline.log('problem', problem);
  if (harness !== undefined) return [];
  const crashed = await crashedAndDown(driver, exits);
  return crashed.size > 0 && (await isWholeWithout(driver, crashed, waitMs)) ? [] : [problem];
}

/** Nodes and replicas of services whose processes have ended by themselves, and are still down. */
async function crashedAndDown(driver: Driver, exits: ExitWatch): Promise<Set<string>> {
  const processes = driver.processes ?? driver.pausing;
  const replicas = driver.services?.list() ?? [];
  const crashed = [...driver.nodes(), ...replicas].flatMap(({ address }) =>
    exits.lastCrashOf(address) === undefined ? [] : [address],
  );
  const states = await Promise.all(
    crashed.map(async (node) => ({ node, state: await processes?.state(node).catch(() => 'down') })),
  );
  return new Set(states.flatMap(({ node, state = 'down' }) => (state === 'down' ? [node] : [])));
}

/** Whether nothing is missing for another reason than that these nodes are down. */
async function isWholeWithout(
  driver: Driver,
  nodes: ReadonlySet<string>,
  timeoutMs: number,
): Promise<boolean> {
  const isWhole = async (): Promise<boolean> => (await driver.missing(nodes)).length === 0;
  return until(isWhole, { timeoutMs, everyMs: 50, what: 'the rest of the topology to be whole' }).catch(
    () => false,
  );
}

/** What is missing once nothing is, or once a node is lost for good. @throws ChaosError `timeout` */
async function missingInTheEnd(driver: Driver, timeoutMs: number): Promise<string[]> {
  const { missing } = await until(
    async () => {
      const now = await driver.missing();
      const isOver =
        now.length === 0 || (await lostNodes(driver)).length > 0 || (await hasLostReplica(driver));
      return isOver && { missing: now };
    },
    { timeoutMs, everyMs: 50, what: 'the topology to be whole' },
  );
  return missing;
}
