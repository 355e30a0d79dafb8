import { isDeepStrictEqual } from 'node:util';
import type { ConsumerSpec } from '../drivers/spec.ts';
import {
  consumerIdentity,
  deleteConsumer as remove,
  recreateConsumer,
  type ConsumerIdentity,
} from '../nats/administer.ts';
import type { Connection } from '../nats/connect.ts';
import { until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { onStream } from './on-cluster.ts';
import { see } from './see.ts';

const PROOF_MS = 20_000;

const schema = strictObject(
  {
    kind: Type.Literal('delete-consumer'),
    consumer: address('consumer', 'The consumer to delete.'),
    recreate: defaulted(
      Type.Boolean({
        description: 'Make it again as it was; it then begins where its deliver says.',
      }),
      true,
    ),
  },
  'Deletes a consumer, with all that it knows of what was acknowledged, and makes it again.',
);
type Options = Static<typeof schema>;

export const deleteConsumer: Action<typeof schema> = {
  kind: 'delete-consumer',
  summary: 'Deletes a consumer with all that it knows, and makes it again',
  schema,
  requires: [],
  title: ({ consumer, recreate }: Options) => `delete ${consumer}${recreate ? ' and make it again' : ''}`,
  async perform(ctx, { consumer, recreate }) {
    const declared = ctx.spec.consumers.find((one) => one.address === consumer);
    if (!declared) throw new ChaosError('failed', `there is no consumer ${consumer}`);
    return onStream(ctx, consumer, async (connection) => {
      const before = await untilKnown(ctx, connection, declared);
      if (before === 'gone') throw new ChaosError('failed', `${consumer} is not there to be deleted`);
      await remove(connection, declared.stream, declared.name);
      const gone = await seen(ctx, connection, declared, before, (now) => now === null);
      if (!recreate) return gone;
      await recreateConsumer(connection, declared.stream, before, {
        timeoutMs: PROOF_MS,
        signal: ctx.signal,
      });
      const back = await seen(ctx, connection, declared, before, (now) => isAnew(before, now));
      return `${gone}; then ${back}`;
    });
  },
};

const identify = (connection: Connection, { stream, name }: ConsumerSpec) =>
  consumerIdentity(connection, stream, name);

/** A consumer that is electing a leader gives no answer for some seconds. */
function untilKnown(
  ctx: ActionContext,
  connection: Connection,
  consumer: ConsumerSpec,
): Promise<ConsumerIdentity | 'gone'> {
  return until(async () => (await identify(connection, consumer)) ?? ('gone' as const), {
    timeoutMs: PROOF_MS,
    signal: ctx.signal,
    what: `an answer of ${consumer.address}`,
  });
}

function seen(
  ctx: ActionContext,
  connection: Connection,
  consumer: ConsumerSpec,
  before: ConsumerIdentity,
  holds: (now: ConsumerIdentity | null) => boolean,
): Promise<string> {
  return see({
    look: () => identify(connection, consumer),
    holds,
    describe: (now) => {
      if (now === null) return `${consumer.address}, made ${before.created}, is gone`;
      const same = isDeepStrictEqual(now.config, before.config) ? 'the same' : 'another';
      return `it is there, made ${now.created}, with ${same} configuration`;
    },
    timeoutMs: PROOF_MS,
    signal: ctx.signal,
  });
}

function isAnew(before: ConsumerIdentity, now: ConsumerIdentity | null): boolean {
  return now !== null && now.created !== before.created && isDeepStrictEqual(now.config, before.config);
}
