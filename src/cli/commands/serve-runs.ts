import { createInterface } from 'node:readline';
import { printStack } from '../endings.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, complainOf, printJsonLine } from '../output.ts';
import { packageUrl } from '../package.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { catchInterrupts } from '../run/interrupts.ts';
import { planAll } from '../run/plan-all.ts';
import { StandingHome } from '../run/standing-home.ts';
import { Watchers } from '../run/watchers.ts';
import { endOf } from './run.ts';

/** One run that is asked for: a line of JSON on standard input. */
export interface RunRequest {
  file: string;
  seed: number;
  out: string;
  nats?: string;
  environment?: string;
  driver?: string;
}

/** Printed after each run, when another may be asked for. */
export interface ServedEvent {
  type: 'served';
  exitCode: number;
  /** What was left behind when the servers were removed after it, in words. */
  left: string[];
}

/**
 * Carries out runs that are asked for one after the other, as `chaos run --json` does, and lets the servers of one serve
 * the next where that says as much as new ones would. Ends when its input does.
 */
export async function serveRunsCommand({ out }: { out: string }): Promise<number> {
  const interrupts = catchInterrupts(() => undefined);
  const home = await StandingHome.open(out, {
    guardian: packageUrl('dist/cli/guardian.js'),
    thread: packageUrl('dist/threads/thread.js'),
  });
  const input = createInterface({ input: process.stdin });
  interrupts.signal.addEventListener('abort', () => input.close(), { once: true });
  try {
    for await (const line of input) {
      const { exitCode, mayStand } = await served(JSON.parse(line) as RunRequest, home);
      const left = mayStand ? [] : await home.clear();
      const event: ServedEvent = { type: 'served', exitCode, left };
      printJsonLine(event);
      if (interrupts.signal.aborted || left.length > 0) break;
    }
  } finally {
    interrupts.release();
    input.close();
  }
  const left = await home.close();
  for (const text of left) complain(text);
  return left.length > 0 ? ExitCode.unclean : ExitCode.pass;
}

/** Only a run that passed leaves its servers to the next one. */
async function served(
  request: RunRequest,
  home: StandingHome,
): Promise<{ exitCode: number; mayStand: boolean }> {
  const { file, seed, out, ...options } = request;
  try {
    const [planned] = planAll([file], { ...options, serveSeveral: true });
    if (planned === undefined) return { exitCode: ExitCode.error, mayStand: false };
    const how = { ...options, seed, out, json: true, freePorts: true };
    const { exitCode, verdict } = await endOf(planned, how, new Watchers([]), false, home);
    return { exitCode, mayStand: verdict === 'pass' };
  } catch (thrown) {
    printStack(thrown);
    complainOf(asChaosError(thrown, file));
    return { exitCode: ExitCode.error, mayStand: false };
  }
}
