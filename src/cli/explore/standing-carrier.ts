import { existsSync, readdirSync, rmSync } from 'node:fs';
import type { Carrier } from '../suite/carrier.ts';
import { GRACE_MS } from '../suite/child-run.ts';
import { recoverRuns } from '../suite/matrix-folder.ts';
import { ServingProcess } from './serving-process.ts';

/** Servers and a process that have served so many runs are replaced: what runs may gather in them stays bounded. */
const MOST_RUNS = 25;

/**
 * Carries out runs in processes that keep their servers from run to run, as many as there are runs at once.
 *
 * @param out where the journals of what stands are
 */
export class StandingCarrier implements Carrier {
  readonly elsewhere = false;
  readonly #out: string;
  readonly #idle: ServingProcess[] = [];

  constructor(out: string) {
    this.#out = out;
  }

  readonly carry: Carrier['carry'] = async (run, { onBegan, ...rest }) => {
    const { signal, onUp = () => undefined } = rest;
    const { file, seed, out, nats, environment, driver, timeoutMs } = run;
    const waiting = this.#idle.pop();
    const serving = waiting ?? (await ServingProcess.start(this.#out));
    onBegan?.();
    const request = {
      ...{ file, seed, out },
      ...(nats === undefined ? {} : { nats }),
      ...(environment === undefined ? {} : { environment }),
      ...(driver === undefined ? {} : { driver }),
    };
    const how = { timeoutMs, graceMs: GRACE_MS, signal, onUp };
    const { end, isReady, isHeard } = await serving.serve(request, how);
    if (isReady && serving.runs < MOST_RUNS) {
      this.#idle.push(serving);
      return { ...end, left: [] };
    }
    await serving.end();
    const ofRun = end.result === undefined ? await recoverRuns(out, 'may be') : [];
    const left = [...ofRun, ...(await recoverRuns(this.#out, 'may be'))];
    // It was killed while it waited: that is no end of the run.
    const wasKilled = waiting !== undefined && !isHeard && !end.timedOut && !signal.aborted;
    return wasKilled && left.length === 0 ? this.carry(run, rest) : { ...end, left };
  };

  /** Removes all that stands. @returns folders of what is left */
  async close(): Promise<string[]> {
    await Promise.all(this.#idle.splice(0).map((serving) => serving.end()));
    const left = await recoverRuns(this.#out, 'may be');
    if (existsSync(this.#out) && readdirSync(this.#out).length === 0) rmSync(this.#out, { recursive: true });
    return left;
  }
}
