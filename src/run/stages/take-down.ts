import type { Driver } from '../../drivers/driver.ts';
import type { RunRecord } from '../../history/record.ts';
import { sleep } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import { isOwnTrouble } from '../../support/system-errors.ts';
import { formatDuration } from '../../support/units.ts';
import { whyNotAgain } from '../readings/serve-again.ts';
import type { Environment } from '../run-context.ts';
import { HANDED_ON } from '../undo/reap-journal.ts';

const AGAIN_MS = 1_000;

type TakenDown = Pick<RunRecord, 'kept' | 'gone' | 'teardownMs' | 'unclean'>;

/** Stops and removes what the run has started, unless it is to be kept. Never throws: what is left is in `unclean`. */
export async function takeDown(env: Environment, record: RunRecord): Promise<TakenDown> {
  const { ctx, driver, timeline } = env;
  const part: TakenDown = { unclean: record.unclean };
  try {
    if (await handedOn(env, record)) return part;
    const mayKeep = driver.attached !== true && record.readyMs !== undefined;
    if (mayKeep && record.interrupted === undefined && (await ctx.keepUp(record))) {
      part.kept = driver.keep();
      timeline.log('cluster', `left running: ${part.kept.urls.join(', ')}`);
    }
    const from = timeline.now();
    const left = await disposed(driver);
    part.unclean.push(...left);
    // A fault that could not be undone is removed with the servers, unless they stay.
    part.gone = left.length === 0 && !part.kept && driver.attached !== true;
    part.teardownMs = timeline.now() - from;
    if (driver.attached === true)
      timeline.log('cluster', 'connections closed; the servers are left as they are');
    else if (!part.kept)
      timeline.log('cluster', `everything stopped and removed in ${formatDuration(part.teardownMs)}`);
  } catch (error) {
    part.unclean.push(`taking the environment down failed: ${messageOf(error)}`);
  }
  return part;
}

/** Leaves the servers to the next run, where they may serve one. */
async function handedOn({ plan, ctx, driver, timeline }: Environment, record: RunRecord): Promise<boolean> {
  if (ctx.takeStanding === undefined || driver.handOn === undefined) return false;
  const why = whyNotAgain(plan, record);
  const servers = why === null ? await driver.handOn().catch(() => null) : null;
  if (servers === null) return false;
  ctx.takeStanding(servers);
  // Who recovers this run must leave them alone.
  ctx.journal.append({ driver: driver.kind, op: HANDED_ON, args: { folder: servers.folder } });
  timeline.log('cluster', 'the servers are left to the next run');
  return true;
}

/** Tries once more when the program itself was in trouble: its own connections are closed by then. */
async function disposed(driver: Driver): Promise<string[]> {
  try {
    return await driver.dispose();
  } catch (error) {
    if (!isOwnTrouble(error)) throw error;
    await sleep(AGAIN_MS);
    return driver.dispose();
  }
}
