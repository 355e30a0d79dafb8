import type { Driver, ServerAssertion } from '../../drivers/driver.ts';
import type { FaultRecord } from '../../history/record.ts';
import type { AssertionRecord } from '../../history/server-assertion.ts';
import type { Timeline } from '../timeline.ts';
import { explainedBy } from './explain-assertion.ts';
import { faultsInForce } from './explain.ts';

const EVERY_MS = 1_000;

export interface AssertionWatchContext {
  driver: Pick<Driver, 'assertions'>;
  timeline: Pick<Timeline, 'now' | 'log'>;
  /** Of the run; grows. */
  faults: readonly FaultRecord[];
}

/** Watches, all through the run, which of their own assertions servers reach and violate. */
export class AssertionWatch {
  /** In the order in which they were read; empty for servers without assertions. */
  readonly assertions: AssertionRecord[] = [];
  readonly #ctx: AssertionWatchContext;
  readonly #seen = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ctx: AssertionWatchContext) {
    this.#ctx = ctx;
  }

  start(): void {
    if (this.#ctx.driver.assertions !== undefined) this.#timer = setInterval(() => this.observe(), EVERY_MS);
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    this.observe();
    return Promise.resolve();
  }

  observe(): void {
    for (const one of this.#read()) {
      const key = `${one.file} ${one.message} ${one.violated}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#record(one);
    }
  }

  /** What cannot be read now is read the next time. */
  #read(): ServerAssertion[] {
    try {
      return this.#ctx.driver.assertions?.() ?? [];
    } catch {
      return [];
    }
  }

  #record({ node, message, kind, violated, where, details }: ServerAssertion): void {
    const { timeline, faults } = this.#ctx;
    const t = timeline.now();
    const inForce = faultsInForce(faults, t, node);
    const accepted = violated ? explainedBy({ message, node }, t, faults) : null;
    this.assertions.push({
      t,
      node,
      message,
      kind,
      violated,
      where,
      details,
      faults: inForce.map(({ id }) => id),
      ...(accepted === null ? {} : { accepted }),
    });
    if (!violated) return;
    const why = accepted === null ? '' : `; accepted: ${accepted}`;
    timeline.log('problem', `${node} violated its own assertion "${message}" at ${where}${why}`);
  }
}
