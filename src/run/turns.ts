import type { ActionPlan } from '../plan/plan.ts';

type Touching = Pick<ActionPlan, 'title' | 'touches'>;

interface Turn {
  plan: Touching;
  isOver: boolean;
  over: Promise<void>;
}

/** The order of actions by the clock: those that touch the same come one after the other, and others go side by side. */
export class Turns {
  readonly #turns: Turn[] = [];

  /**
   * Begins `work` at once.
   *
   * @param work given the turns before it, which it waits for; it must not reject
   */
  take(plan: Touching, work: (before: TurnsBefore) => Promise<void>): void {
    const before = this.#turns.filter((one) => meet(one.plan, plan));
    const turn: Turn = { plan, isOver: false, over: Promise.resolve() };
    this.#turns.push(turn);
    turn.over = work(new TurnsBefore(before)).finally(() => (turn.isOver = true));
  }

  /** When all of them are over. */
  async over(): Promise<void> {
    await Promise.all(this.#turns.map((one) => one.over));
  }
}

/** What an action waits for. */
export class TurnsBefore {
  readonly #turns: readonly Turn[];

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  /** The first that is not over, in words, or null. */
  get going(): string | null {
    return this.#turns.find((one) => !one.isOver)?.plan.title ?? null;
  }

  /** @returns false when the signal fires before all of them are over */
  async over(signal: AbortSignal): Promise<boolean> {
    if (this.going === null) return true;
    return firstOf(
      Promise.all(this.#turns.map((one) => one.over)).then(() => undefined),
      signal,
    );
  }
}

/** @returns whether the work, which never rejects, is over before the signal fires */
export async function firstOf(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  let fire = (): void => undefined;
  const fired = new Promise<boolean>((resolve) => (fire = () => resolve(false)));
  signal.addEventListener('abort', fire);
  const isOver = await Promise.race([work.then(() => true), fired]);
  signal.removeEventListener('abort', fire);
  return isOver;
}

/** Whether two actions touch the same cluster, service or workload; one that does not say what it touches touches all. */
function meet(one: Touching, other: Touching): boolean {
  if (one.touches === undefined || other.touches === undefined) return true;
  return one.touches.some((name) => other.touches?.includes(name));
}
