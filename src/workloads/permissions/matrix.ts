import type { OperationStatus } from '../../history/events.ts';
import type { OperationLog } from '../../history/operation-log.ts';
import type { PermissionOperation } from '../../history/operations.ts';
import { ATTEMPTS, isAllowed, isLeftOut, type Attempt } from '../../nats/accounts/rights.ts';
import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Client } from '../clients.ts';
import type { Tally } from '../tally.ts';
import type { Letter, Letters } from './letter.ts';
import type { Tried } from './subjects.ts';
import { tryAll, type Seen } from './try-all.ts';
import type { User } from '../../nats/accounts/user.ts';
import type { Witnesses } from './witnesses.ts';

export interface MatrixOptions {
  users: readonly User[];
  witnesses: Witnesses;
  tried: readonly Tried[];
  letters: Letters;
  log: OperationLog<PermissionOperation>;
  tally: Tally;
  /** How long a pass may take. */
  withinMs: Milliseconds;
  readonly now: () => Milliseconds;
  signal: AbortSignal;
}

/** Between two tries of what a cut connection has spoiled. */
const AGAIN_AFTER_MS = 100;
/** What is under way between servers has arrived after this. */
const QUIET_MS = 500;

/** All users and subjects: each pass tries every pair of them, for publishing and for subscribing. */
export class Matrix implements Client {
  readonly #options: MatrixOptions;
  #passes = 0;
  #isGivenUp = false;

  constructor(options: MatrixOptions) {
    this.#options = options;
  }

  /** One pass. Users try side by side, each of them one thing after the other. */
  async act(due: Milliseconds): Promise<void> {
    const { users, log, now } = this.#options;
    const pass = ++this.#passes;
    const t = now();
    const decided = await Promise.all(users.map((user) => this.#pass(user, pass, t)));
    const status: OperationStatus = decided.every(Boolean)
      ? { outcome: 'ok' }
      : { outcome: 'unknown', error: 'not everything could be tried' };
    log.append({
      t,
      lateMs: t - due,
      latencyMs: now() - t,
      client: 0,
      op: 'pass',
      key: '',
      value: pass,
      status,
    });
  }

  giveUp(): void {
    this.#isGivenUp = true;
  }

  /** Waits for what is under way between servers. */
  async quiet(): Promise<void> {
    if (!this.#isGivenUp) await sleep(QUIET_MS);
  }

  /** A message arrived in an account that it must not reach. */
  crossed({ account: from, user, subject, serial }: Letter, account: string): void {
    const { log, tally, now } = this.#options;
    const t = now();
    const key = `${from}/${user} ${subject} ${account}`;
    const status: OperationStatus = { outcome: 'failed', seen: 'delivered' };
    log.append({ t, lateMs: 0, latencyMs: 0, client: 0, op: 'crossed', key, value: serial, status });
    tally.count(t, 'failed');
    tally.error(`a message of ${from}/${user} on ${subject} arrived in account ${account}`);
  }

  /** @returns whether everything could be tried in time */
  async #pass(user: User, pass: number, startMs: Milliseconds): Promise<boolean> {
    const { now, signal, withinMs } = this.#options;
    let isDecided = true;
    for (const attempt of ATTEMPTS) {
      for (;;) {
        if (await this.#try(user, attempt, pass)) break;
        if (this.#isGivenUp || signal.aborted || now() - startMs + AGAIN_AFTER_MS >= withinMs) {
          this.#untried(user, attempt, pass);
          isDecided = false;
          break;
        }
        await sleep(AGAIN_AFTER_MS);
      }
    }
    return isDecided;
  }

  /** @returns false where a connection was cut, so that nothing can be said */
  async #try(user: User, attempt: Attempt, pass: number): Promise<boolean> {
    const { witnesses, letters, now } = this.#options;
    const tried = this.#triedBy(user);
    const t = now();
    const crossed = (letter: Letter, account: string) => this.crossed(letter, account);
    const seen = await tryAll[attempt]({ user, tried, witnesses, letters, crossed });
    if (seen === undefined) return false;
    const latencyMs = now() - t;
    for (const [subject, what] of seen.subjects)
      this.#judge(user, attempt, subject, what, { t, latencyMs, pass });
    // The client drops what comes for a subscription that was refused, and only counts it.
    if (seen.unexplained > 0) this.#unexplained(user, seen.unexplained, t);
    return true;
  }

  #judge(
    user: User,
    attempt: Attempt,
    subject: string,
    seen: Seen,
    { t, latencyMs, pass }: { t: Milliseconds; latencyMs: Milliseconds; pass: number },
  ): void {
    const { log, tally } = this.#options;
    const expected = isAllowed(user.permissions, attempt, subject) ? 'allowed' : 'denied';
    const isRight = seen === (expected === 'allowed' ? 'delivered' : 'refused');
    const status: OperationStatus = { outcome: isRight ? 'ok' : 'failed', expected, seen };
    const key = keyOf(user, subject);
    log.append({
      t,
      lateMs: 0,
      latencyMs,
      client: this.#clientOf(user),
      op: attempt,
      key,
      value: pass,
      status,
    });
    tally.count(t, status.outcome, latencyMs);
    if (!isRight) tally.error(`${attempt} ${key}: ${expected} by its permissions, seen: ${seen}`);
  }

  #untried(user: User, attempt: Attempt, pass: number): void {
    const { log, tally, now } = this.#options;
    const t = now();
    for (const { subject, hasWildcard } of this.#triedBy(user)) {
      if (attempt === 'publish' && hasWildcard) continue;
      const expected = isAllowed(user.permissions, attempt, subject) ? 'allowed' : 'denied';
      const status: OperationStatus = { outcome: 'unknown', expected };
      const key = keyOf(user, subject);
      log.append({
        t,
        lateMs: 0,
        latencyMs: 0,
        client: this.#clientOf(user),
        op: attempt,
        key,
        value: pass,
        status,
      });
      tally.count(t, 'unknown');
    }
  }

  #unexplained(user: User, messages: number, t: Milliseconds): void {
    const { log, tally } = this.#options;
    const status: OperationStatus = { outcome: 'failed', seen: 'both' };
    const key = `${user.account}/${user.name}`;
    log.append({
      t,
      lateMs: 0,
      latencyMs: 0,
      client: this.#clientOf(user),
      op: 'unexplained',
      key,
      value: messages,
      status,
    });
    tally.count(t, 'failed');
    tally.error(`${key} got ${messages} messages of subscriptions that were refused`);
  }

  /** Without patterns whose sample is denied: that nothing arrives says nothing of the rest of what they stand for. */
  #triedBy({ permissions }: User): Tried[] {
    const saysNothing = ({ subject, sample, hasWildcard }: Tried): boolean =>
      hasWildcard && isAllowed(permissions, 'subscribe', subject) && isLeftOut(permissions, sample);
    return this.#options.tried.filter((one) => !saysNothing(one));
  }

  #clientOf(user: User): number {
    return this.#options.users.indexOf(user);
  }
}

function keyOf({ account, name }: User, subject: string): string {
  return `${account}/${name} ${subject}`;
}
