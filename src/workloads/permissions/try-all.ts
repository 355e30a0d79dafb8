import { setImmediate } from 'node:timers/promises';
import type { Subscription } from '@nats-io/transport-node';
import type { Connection } from '../../nats/connect.ts';
import type { Attempt } from '../../nats/accounts/rights.ts';
import { withDeadline } from '../../support/deadline.ts';
import type { Letter, Letters } from './letter.ts';
import type { Tried } from './subjects.ts';
import type { User } from '../../nats/accounts/user.ts';
import type { Witness, Witnesses } from './witnesses.ts';

/** What became of a try: the message arrived, the server refused it, both, or neither. */
export type Seen = 'delivered' | 'refused' | 'both' | 'neither';

export interface SeenAll {
  subjects: ReadonlyMap<string, Seen>;
  /** Messages that the user got, but for no subscription that it has. */
  unexplained: number;
}

interface TryInput {
  user: User;
  tried: readonly Tried[];
  witnesses: Witnesses;
  letters: Letters;
  /** Told of a message that arrived in an account that it must not reach. */
  readonly crossed: (letter: Letter, account: string) => void;
}

/** A server that answers does so much sooner. */
const ANSWER_MS = 2000;
/** As whom a witness sends. */
const WITNESS = 'witness';

/** Tries all subjects for one user. Undefined where a connection was cut meanwhile: then nothing is known. */
export const tryAll: Readonly<Record<Attempt, (input: TryInput) => Promise<SeenAll | undefined>>> = {
  publish: (input) => undisturbed(input, publishAll),
  subscribe: (input) => undisturbed(input, subscribeAll),
};

async function undisturbed(
  input: TryInput,
  use: (input: TryInput, there: readonly Witness[]) => Promise<SeenAll>,
): Promise<SeenAll | undefined> {
  const { user, witnesses } = input;
  const there = witnesses.at(user.server);
  if (there === undefined) return undefined;
  const lossesOf = (): number => [user, ...there].reduce((sum, { link }) => sum + link.losses, 0);
  const losses = lossesOf();
  try {
    const seen = await use(input, there);
    await setImmediate();
    return lossesOf() === losses ? seen : undefined;
  } catch {
    return undefined;
  }
}

async function publishAll(
  { user, tried, witnesses, letters }: TryInput,
  there: readonly Witness[],
): Promise<SeenAll> {
  await flush(user.connection);
  user.refused.clear();
  const sent = tried
    .filter(({ hasWildcard }) => !hasWildcard)
    .map(({ subject }) => {
      const { serial, body } = letters.write({ account: user.account, user: user.name, subject });
      witnesses.expect(serial);
      user.connection.publish(subject, body);
      return { subject, serial };
    });
  let arrived: ReadonlySet<string>[] = [];
  try {
    await flush(user.connection);
    // A server hands messages on before it answers whoever sent them, so witnesses have them by now.
    await Promise.all(there.map(({ connection }) => flush(connection)));
  } finally {
    arrived = sent.map(({ serial }) => witnesses.take(serial));
  }
  const subjects = sent.map(({ subject }, i) => {
    const isThere = arrived[i]?.has(user.account) === true;
    return [subject, seenOf(isThere, user.refused.has(subject))] as const;
  });
  return { subjects: new Map(subjects), unexplained: 0 };
}

async function subscribeAll(input: TryInput, there: readonly Witness[]): Promise<SeenAll> {
  const { user, tried, letters } = input;
  const first = letters.last + 1;
  const came = { delivered: new Set<string>(), refused: new Set<string>(), count: 0 };
  const before = user.connection.stats().inMsgs;
  const subscriptions = tried.map((one) => subscribe(input, one, first, came));
  let unexplained = 0;
  try {
    await flush(user.connection);
    for (const { account, connection } of there) {
      for (const { sample } of tried)
        connection.publish(sample, letters.write({ account, user: WITNESS, subject: sample }).body);
    }
    await Promise.all(there.map(({ connection }) => flush(connection)));
    await flush(user.connection);
    unexplained = user.connection.stats().inMsgs - before - came.count;
  } finally {
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
  // What is under way for these subscriptions must not be counted in the next try.
  await flush(user.connection);
  const subjects = tried.map(
    ({ subject }) => [subject, seenOf(came.delivered.has(subject), came.refused.has(subject))] as const,
  );
  return { subjects: new Map(subjects), unexplained };
}

/** @param first number of the first message of this try */
function subscribe(
  { user, witnesses, letters, crossed }: TryInput,
  { subject, sample }: Tried,
  first: number,
  came: { delivered: Set<string>; refused: Set<string>; count: number },
): Subscription {
  return user.connection.subscribe(subject, {
    callback: (error, message) => {
      if (error !== null) {
        came.refused.add(subject);
        return;
      }
      came.count += 1;
      const letter = letters.read(message.data);
      if (letter === undefined) return;
      if (!witnesses.belongs(letter, user.account)) crossed(letter, user.account);
      const isOwn = letter.account === user.account && letter.user === WITNESS;
      if (isOwn && letter.serial >= first && letter.subject === sample) came.delivered.add(subject);
    },
  });
}

/** Once it returns, the server has done everything that it was sent before. */
async function flush(connection: Connection): Promise<void> {
  try {
    await withDeadline(connection.flush(), ANSWER_MS, 'the answer of a server');
  } catch (error) {
    // A server that does not answer may do so for as long as it is paused or cut off; another one may answer.
    if (!connection.isClosed()) void connection.reconnect();
    throw error;
  }
  // What it has refused is told by then.
  await setImmediate();
}

function seenOf(isDelivered: boolean, isRefused: boolean): Seen {
  if (isDelivered) return isRefused ? 'both' : 'delivered';
  return isRefused ? 'refused' : 'neither';
}
