import type { Driver } from '../../drivers/driver.ts';
import type { Evidence } from '../../history/record.ts';
import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { lostNodes } from '../readings/lost-nodes.ts';
import { observe, type ActiveInjection } from './injection.ts';
import type { Injections } from './injections.ts';

const POLL_MS = 10;

/** Proves from outside that faults are in force, or removed. */
export class Prover {
  readonly #driver: Driver;
  readonly #injections: Injections;
  readonly #now: () => Milliseconds;

  constructor(driver: Driver, injections: Injections, now: () => Milliseconds) {
    this.#driver = driver;
    this.#injections = injections;
    this.#now = now;
  }

  /** Observes until it is proven or the time is up; while another fault hides it, the time stands still. */
  async prove(
    active: ActiveInjection,
    what: 'inForce' | 'removed',
    from: Milliseconds,
    timeoutMs: Milliseconds,
    { signal, over }: { signal?: AbortSignal; over?: AbortSignal | undefined },
  ): Promise<Evidence> {
    let deadline = from + timeoutMs;
    for (;;) {
      const evidence = await observe(active, what);
      const t = this.#now();
      const hidden = over !== undefined && this.#injections.isHidden(active);
      if (hidden) deadline = t + timeoutMs;
      const isSettled = evidence.proven || (what === 'removed' && !hidden && (await this.#staysDown(active)));
      if (isSettled || t >= deadline || (hidden && over.aborted)) {
        return { ...evidence, t, afterMs: t - from };
      }
      await sleep(POLL_MS, signal);
    }
  }

  /** Whether a server that was to come back has ended again: nothing else starts it, so waiting on cannot help. */
  async #staysDown(active: ActiveInjection): Promise<boolean> {
    const { nodes } = active.target;
    if (nodes.length === 0 || this.#injections.sharesNodes(active)) return false;
    return (await lostNodes(this.#driver)).some(({ address }) => nodes.includes(address));
  }
}
