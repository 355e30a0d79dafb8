import type { Driver, ServerExit } from '../../drivers/driver.ts';
import type { FaultRecord } from '../../history/record.ts';
import { wasAskedToEnd, type CrashRecord } from '../../history/server-crash.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';
import { classifyExit } from './classify.ts';
import { endedOnRequest, expectedOf, faultsInForce } from './explain.ts';

const EVERY_MS = 1_000;

export interface ExitWatchContext {
  driver: Pick<Driver, 'exits'>;
  timeline: Pick<Timeline, 'now' | 'log'>;
  /** When the run began, ms since 1970. */
  startMs: Milliseconds;
  /** Of the run; grows. */
  faults: readonly FaultRecord[];
  /** Whether servers may end by themselves in a phase. */
  mayCrash(phase: string): boolean;
}

/** Watches, all through the run, for servers that end although the run has not ended them. */
export class ExitWatch {
  /** In the order in which they were observed. */
  readonly crashes: CrashRecord[] = [];
  readonly #ctx: ExitWatchContext;
  /** When each phase began; undefined: outside the method. */
  readonly #phases: { t: Milliseconds; name: string | undefined }[] = [];
  /** Those that were judged already, by node and time. */
  readonly #seen = new Set<string>();
  /** Node → its last end, if it ended by itself. */
  readonly #down = new Map<string, CrashRecord>();
  #timer: NodeJS.Timeout | undefined;
  #observing: Promise<void> | undefined;

  constructor(ctx: ExitWatchContext) {
    this.#ctx = ctx;
  }

  start(): void {
    this.#timer = setInterval(() => void this.observe(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#observing;
  }

  /** @param name of a phase of the method; undefined: none of them, from now on */
  entered(name: string | undefined): void {
    this.#phases.push({ t: this.#ctx.timeline.now(), name });
  }

  /** Observes once; an unexplained exit is recorded when it is first observed. */
  observe(): Promise<void> {
    this.#observing ??= this.#observeOnce().finally(() => (this.#observing = undefined));
    return this.#observing;
  }

  /** Observes once more, after any observation that is under way. */
  async observeNow(): Promise<void> {
    await this.#observing;
    await this.observe();
  }

  /** The last crash of a node's server, unless the run has ended that server since. */
  lastCrashOf(node: string): CrashRecord | undefined {
    return this.#down.get(node);
  }

  async #observeOnce(): Promise<void> {
    // Exits that cannot be read now are read the next time.
    const exits = await this.#ctx.driver.exits().catch(() => []);
    for (const exit of exits) {
      const key = `${exit.node} ${exit.at}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (endedOnRequest(exit)) this.#down.delete(exit.node);
      else this.#record(exit);
    }
  }

  #record(exit: ServerExit): void {
    const crash = this.#crashOf(exit);
    this.crashes.push(crash);
    this.#down.set(exit.node, crash);
    const how = wasAskedToEnd(crash) ? 'was asked to end by somebody else' : 'ended by itself';
    const why = crash.accepted === undefined ? '' : `; accepted: ${crash.accepted}`;
    this.#ctx.timeline.log('problem', `${crash.node} ${how}: it ${crash.text}${why}`);
  }

  #crashOf(exit: ServerExit): CrashRecord {
    const { node, code, signal, lastLines } = exit;
    const t = Math.round((exit.at - this.#ctx.startMs) * 10) / 10;
    const inForce = faultsInForce(this.#ctx.faults, t, node);
    const phase = this.#phases.findLast((one) => one.t <= t)?.name;
    const allowed = phase !== undefined && this.#ctx.mayCrash(phase) ? `phase ${phase} allows it` : null;
    const accepted = expectedOf(exit, inForce) ?? allowed;
    return {
      t,
      node,
      ...classifyExit(exit),
      ...(code === null ? {} : { code }),
      ...(signal === null ? {} : { signal }),
      ...(phase === undefined ? {} : { phase }),
      faults: inForce.map(({ id }) => id),
      ...(accepted === null ? {} : { accepted }),
      lastLines,
    };
  }
}
