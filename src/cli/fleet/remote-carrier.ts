import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetResult, RunState } from '../../fleet/state.ts';
import type { ResultEvent } from '../../report/forms/events.ts';
import { systemClock } from '../../support/clock.ts';
import { onceSucceeded } from '../../support/once-succeeded.ts';
import type { CarriedRun, Carrier, CarryOptions, RunDescription } from '../suite/carrier.ts';
import type { Asking } from './asking.ts';
import { Gate } from './gate.ts';
import { insist } from './insist.ts';
import { asker, Preparation, type Prepared } from './prepare.ts';
import { unpackReport } from './report-archive.ts';
import { SuiteState } from './suite-state.ts';

/** A run that is asked to end undoes everything first; after this nobody waits for it here. */
const ENDED_WITHIN_MS = 90_000;
/** Reports that are fetched at once. */
const FETCHES = 4;
const NOT_CARRIED_OUT = 'taken off the queue';

/** Carries out the runs of one suite by the workers of a queue. */
export class RemoteCarrier implements Carrier {
  readonly elsewhere = true;
  readonly #fleet: Asking;
  readonly #suite: string;
  readonly #preparation: Preparation;
  readonly #state: SuiteState;
  readonly #waiting = new Map<string, () => void>();
  readonly #submitted = new Map<string, { prepared: Prepared; readonly stopped: () => boolean }>();
  readonly #fetches = new Gate(FETCHES);
  #begun: (() => Promise<void>) | undefined;

  /** @param suite see `RunKey`; results of its runs that are there already are taken in */
  constructor(fleet: Asking, suite: string) {
    this.#fleet = fleet;
    this.#suite = suite;
    this.#preparation = new Preparation(suite);
    this.#state = new SuiteState(
      fleet.queue,
      suite,
      (id, before) => this.#changed(id, before),
      () => this.#submitAgain(),
    );
    fleet.onClose(() => this.#state.close());
  }

  /** Checks that workers can be given what they need for these runs. @throws ChaosError for the first that cannot travel */
  check(runs: readonly RunDescription[]): void {
    for (const run of runs) this.#preparation.prepare(run);
  }

  async carry(run: RunDescription, options: CarryOptions): Promise<CarriedRun> {
    const { id, label } = run;
    const { signal, withdraw, onUp } = options;
    onUp?.();
    const prepared = this.#preparation.prepare(run);
    const { hash, needs } = prepared;
    const stopped = (): boolean => signal.aborted || withdraw?.aborted === true;
    this.#fleet.outstanding.set(this.#name(id), { label, hash, needs, state: null });
    try {
      await (this.#begun ??= onceSucceeded(() => this.#begin(signal)))();
      if (this.#state.of(id).result === null) {
        if (stopped()) return withdrawn();
        await this.#submit(prepared, signal);
        if (!stopped()) this.#submitted.set(id, { prepared, stopped });
      }
      this.#note(id);
      const result = await this.#result(id, options);
      return result === null ? withdrawn() : await this.#fetches.pass(() => this.#fetched(run, result));
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      // Whether the queue has it is not known; the run has no result, and is asked for again when its suite goes on.
      await this.#cancel();
      return withdrawn();
    } finally {
      this.#waiting.delete(id);
      this.#submitted.delete(id);
      this.#fleet.outstanding.delete(this.#name(id));
      this.#fleet.changed();
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { control } = this.#fleet.queue;
    await insist(() => control.uncancel(this.#suite), signal);
    await insist(() => this.#state.begin(), signal);
  }

  async #submit({ request, hash, needs, bundle }: Prepared, signal: AbortSignal): Promise<void> {
    const { queue } = this.#fleet;
    await this.#fleet.once(`needs ${hash}`, () =>
      insist(async () => {
        await queue.control.addNeeds(needs);
        await queue.runs.ensureConsumer(hash);
      }, signal),
    );
    if (bundle !== undefined)
      await this.#fleet.once(`bundle ${bundle.sha256}`, () =>
        insist(() => queue.bundles.putOnce(bundle.sha256, bundle.content), signal),
      );
    if (!signal.aborted) await insist(() => queue.runs.submit(request, hash), signal);
  }

  /**
   * Queues again what no worker has and the queue may have lost, such as a run that a worker has dropped because it had not
   * heard yet that its suite goes on. What is still queued or under way is not queued twice.
   */
  async #submitAgain(): Promise<void> {
    const goesOn = [...this.#submitted.values()].some(({ stopped }) => !stopped());
    // A server that lagged behind may not have shown at the beginning that the suite was cancelled.
    if (goesOn) await this.#fleet.queue.control.uncancel(this.#suite);
    for (const [id, { prepared, stopped }] of this.#submitted) {
      const { state, result } = this.#state.of(id);
      if (result !== null || isUnderWay(state) || stopped()) continue;
      await this.#fleet.queue.runs.submit(prepared.request, prepared.hash);
    }
  }

  /** @returns null when there will be none: it was withdrawn, or ended without one */
  async #result(id: string, { signal, withdraw, onBegan }: CarryOptions): Promise<FleetResult | null> {
    let untilMs = Infinity;
    let began = false;
    for (;;) {
      const { state, result } = this.#state.of(id);
      if (!began && isUnderWay(state)) {
        began = true;
        onBegan?.(placeOf(state));
      }
      if (result !== null) return result;
      if (signal.aborted) {
        await this.#cancel();
        untilMs = Math.min(untilMs, systemClock.monotonicMs() + ENDED_WITHIN_MS);
        if (!this.#isLiving(id) || systemClock.monotonicMs() >= untilMs) return this.#state.of(id).result;
      } else if (withdraw?.aborted === true && !isUnderWay(state)) {
        await insist(() => this.#fleet.queue.runs.withdraw({ suite: this.#suite, run: id }), signal);
        return this.#state.of(id).result;
      }
      await this.#change(id, [signal, ...(withdraw === undefined ? [] : [withdraw])]);
    }
  }

  /** Takes everything off the queue, and asks workers to end what they have begun. */
  readonly #cancel = onceSucceeded(async () => {
    const { control, runs } = this.#fleet.queue;
    const halt = { by: asker(), reason: 'its asker has ended it', at: systemClock.now().toISOString() };
    await control.cancel(this.#suite, halt).catch(() => undefined);
    await runs.withdraw({ suite: this.#suite }).catch(() => undefined);
  });

  /** Whether a worker that lives has the run. */
  #isLiving(id: string): boolean {
    const { state } = this.#state.of(id);
    return isUnderWay(state) && this.#fleet.workers.some(({ id }) => id === state?.worker);
  }

  #changed(id: string, before: RunState | null): void {
    const { state } = this.#state.of(id);
    const known = this.#fleet.outstanding.get(this.#name(id));
    if (known !== undefined) {
      known.state = state;
      const line = turnOf(before, state);
      if (line !== null) this.#fleet.say(`${known.label}: ${line}`);
    }
    this.#waiting.get(id)?.();
    this.#fleet.changed();
  }

  /** What was known before the run was followed. */
  #note(id: string): void {
    const known = this.#fleet.outstanding.get(this.#name(id));
    if (known !== undefined) known.state = this.#state.of(id).state;
    this.#fleet.changed();
  }

  /** Resolves at the next change, or soon: a worker that has died changes nothing any more. */
  async #change(id: string, signals: readonly AbortSignal[]): Promise<void> {
    const fired = signals.some(({ aborted }) => aborted);
    await new Promise<void>((resolve) => {
      const timer = fired ? setTimeout(resolve, LOOK_AGAIN_MS) : undefined;
      const on = (): void => {
        clearTimeout(timer);
        for (const signal of signals) signal.removeEventListener('abort', on);
        resolve();
      };
      this.#waiting.set(id, on);
      for (const signal of signals) signal.addEventListener('abort', on, { once: true });
    });
  }

  async #fetched(run: RunDescription, result: FleetResult): Promise<CarriedRun> {
    const { event, report, timedOut, how, complaints, error, left, host, worker } = result;
    const folder = report === undefined ? undefined : await this.#unpacked(run, report);
    return {
      ...(event === undefined
        ? {}
        : { result: { ...(event as ResultEvent), ...(folder === undefined ? {} : { folder }) } }),
      ...{ timedOut, how, worker: { id: worker, host } },
      complaints: error === undefined ? complaints : [error],
      left: left.map((one) => `${one} (on ${worker}, ${host})`),
      release: async () => {
        const { queue } = this.#fleet;
        if (report !== undefined) await queue.reports.delete(report.object).catch(() => undefined);
        await queue.states.forget({ suite: this.#suite, run: run.id }).catch(() => undefined);
      },
    };
  }

  /** @returns the folder of the report, which is there completely or not at all */
  async #unpacked(
    { id, out }: RunDescription,
    { object, sha256, bytes, folder }: NonNullable<FleetResult['report']>,
  ): Promise<string> {
    const { queue } = this.#fleet;
    const draft = join(out, `.fetching-${id}`);
    const archive = join(draft, 'report.tar.gz');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    try {
      await insist(() => queue.reports.getFile(object, archive, { sha256, bytes }));
      const path = await unpackReport(archive, draft, folder);
      const wanted = join(out, folder);
      // Two workers may have begun runs of one experiment in the same second.
      const final = existsSync(wanted) ? `${wanted}-${this.#suite}-${id}` : wanted;
      rmSync(final, { recursive: true, force: true });
      renameSync(path, final);
      return final;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }

  #name(id: string): string {
    return `${this.#suite}.${id}`;
  }
}

const LOOK_AGAIN_MS = 1_000;

function withdrawn(): CarriedRun {
  return { withdrawn: true, timedOut: false, how: NOT_CARRIED_OUT, complaints: [], left: [] };
}

function isUnderWay(state: RunState | null): boolean {
  return state !== null && state.state !== 'waiting';
}

/** `w1 on build-7`. */
function placeOf(state: RunState | null): string {
  return `${state?.worker ?? 'a worker'}${state?.host === undefined ? '' : ` on ${state.host}`}`;
}

/** What people want to know when the state of a run changes otherwise than by beginning or ending; null: nothing. */
function turnOf(before: RunState | null, now: RunState | null): string | null {
  if (now === null) return null;
  if (now.lost > (before?.lost ?? 0))
    return `lost with ${placeOf(before)}; ${now.state === 'waiting' ? 'queued again' : `begun again by ${placeOf(now)}`}`;
  if (now.state === 'waiting' && before?.state !== 'waiting' && now.why !== undefined)
    return `given back${before === null ? '' : ` by ${placeOf(before)}`}: ${now.why}`;
  const refusing = Object.keys(now.refused).find((worker) => before?.refused[worker] === undefined);
  return refusing === undefined ? null : `refused by ${refusing}: ${now.refused[refusing] ?? ''}`;
}
