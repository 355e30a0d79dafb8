import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { hashOf, needsOf, type Needs } from '../../fleet/needs.ts';
import type { RunRequest } from '../../fleet/run-request.ts';
import { requirementsOf } from '../../plan/requirements.ts';
import { planAll } from '../run/plan-all.ts';
import type { RunDescription } from '../suite/carrier.ts';
import { travelling, type Travelling } from './travel.ts';

/** A run as it goes on a queue. */
export interface Prepared {
  request: RunRequest;
  needs: Needs;
  /** Of the needs. */
  hash: string;
  bundle?: NonNullable<Travelling['bundle']>;
}

/** Makes requests of runs; each experiment is read and planned once for each version. */
export class Preparation {
  readonly #suite: string;
  readonly #known = new Map<string, { travels: Travelling; needs: Needs }>();

  /** @param suite see `RunKey` */
  constructor(suite: string) {
    this.#suite = suite;
  }

  /** @throws ChaosError for a run that cannot be carried out by any worker, such as of files that cannot travel */
  prepare(run: RunDescription): Prepared {
    const { travels, needs } = this.#planned(run);
    const { bundle, ...files } = travels;
    const { id, driver, seed, timeoutMs } = run;
    const nats = run.nats?.includes('/') === true ? resolve(run.nats) : run.nats;
    const request: RunRequest = {
      schemaVersion: 1,
      ...{ suite: this.#suite, run: id, asker: asker(), ...files },
      ...(bundle === undefined ? {} : { bundle: bundle.sha256 }),
      ...(nats === undefined ? {} : { nats }),
      ...(driver === undefined ? {} : { driver }),
      ...{ seed, timeoutMs },
    };
    return { request, needs, hash: hashOf(needs), ...(bundle === undefined ? {} : { bundle }) };
  }

  #planned({ file, nats, environment, driver }: RunDescription): { travels: Travelling; needs: Needs } {
    const key = JSON.stringify([file, nats, environment, driver]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [planned] = planAll(
      [file],
      {
        elsewhere: true,
        ...(nats === undefined ? {} : { nats }),
        ...(environment === undefined ? {} : { environment }),
        ...(driver === undefined ? {} : { driver }),
      },
      () => undefined,
    );
    if (planned === undefined) throw new RangeError(`${file} has no plan`);
    const fresh = {
      travels: travelling(planned, environment !== undefined),
      needs: needsOf(requirementsOf(planned.plan)),
    };
    this.#known.set(key, fresh);
    return fresh;
  }
}

/** Who asks, for people who look at the queue. */
export function asker(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname();
  }
}
