import { isDeepStrictEqual } from 'node:util';
import type { ConsumerSpec } from '../../drivers/spec.ts';
import { deleteConsumer as remove, recreateConsumer } from '../../nats/assets/administer.ts';
import { consumerIdentity, type Identity } from '../../nats/assets/identity.ts';
import type { Connection } from '../../nats/connect.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';

const PROOF_MS = 20_000;

const schema = strictObject(
  {
    kind: Type.Literal('delete-consumer'),
    consumer: address('consumer', 'The consumer to delete.'),
    recreate: defaulted(
      Type.Boolean({
        description: 'Create it again with the same configuration; it then starts where its `deliver` says.',
      }),
      true,
    ),
  },
  'Deletes a consumer with its record of acknowledgements, and creates it again.',
);
type Options = Static<typeof schema>;

export const deleteConsumer: Action<typeof schema> = {
  kind: 'delete-consumer',
  summary: 'Deletes a consumer with its record of acknowledgements, and creates it again',
  proof:
    'The server is asked for the consumer: it is gone; with `recreate` it exists again, created later, with the same configuration.',
  example: '{ kind: delete-consumer, consumer: qa1a/qa/consumer-qa1a }',
  schema,
  requires: [],
  title: ({ consumer, recreate }: Options) => `delete ${consumer}${recreate ? ' and make it again' : ''}`,
  async perform(ctx, { consumer, recreate }) {
    const declared = ctx.spec.consumers.find((one) => one.address === consumer);
    if (!declared) throw new ChaosError('failed', `there is no consumer ${consumer}`);
    return onStream(ctx, consumer, async (connection) => {
      const before = await untilKnown(ctx, connection, declared);
      if (before === 'missing')
        throw new ChaosError('failed', `${consumer} does not exist, so it cannot be deleted`);
      await remove(connection, declared.stream, declared.name);
      const removal = await observeConsumer(ctx, connection, declared, before, (now) => now === null);
      if (!recreate) return removal;
      await recreateConsumer(connection, declared.stream, before, {
        timeoutMs: PROOF_MS,
        signal: ctx.signal,
      });
      const back = await observeConsumer(ctx, connection, declared, before, (now) =>
        isRecreated(before, now),
      );
      return `${removal}; then ${back}`;
    });
  },
};

const identify = (connection: Connection, { stream, name }: ConsumerSpec) =>
  consumerIdentity(connection, stream, name);

/** A consumer that elects a leader does not answer for some seconds. */
function untilKnown(
  ctx: ActionContext,
  connection: Connection,
  consumer: ConsumerSpec,
): Promise<Identity | 'missing'> {
  return until(async () => (await identify(connection, consumer)) ?? ('missing' as const), {
    timeoutMs: PROOF_MS,
    signal: ctx.signal,
    what: `an answer of ${consumer.address}`,
  });
}

function observeConsumer(
  ctx: ActionContext,
  connection: Connection,
  consumer: ConsumerSpec,
  before: Identity,
  holds: (now: Identity | null) => boolean,
): Promise<string> {
  return observeUntil({
    observe: () => identify(connection, consumer),
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

function isRecreated(before: Identity, now: Identity | null): boolean {
  return now !== null && now.created !== before.created && isDeepStrictEqual(now.config, before.config);
}
