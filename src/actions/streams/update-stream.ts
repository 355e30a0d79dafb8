import { mayExpire } from '../../nats/audit/may-expire.ts';
import { updateStream as update } from '../../nats/assets/administer.ts';
import { changesSchema, STREAM_CHANGES } from '../../nats/assets/changeable.ts';
import { says, streamIdentity } from '../../nats/assets/identity.ts';
import { streamConfig } from '../../nats/assets/settings/config.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { demandNoBucket, differences, known, setText } from './settings.ts';

const schema = strictObject(
  {
    kind: Type.Literal('update-stream'),
    stream: address('stream', 'The stream to change.'),
    set: changesSchema(STREAM_CHANGES, 'The settings to change, as an environment writes them.'),
    within: defaulted(
      timeLimit('How long it may take until every replica has the change and is current.'),
      '60s',
    ),
  },
  'Changes settings of a stream while it is used. Messages that go because of a new limit are no loss.',
);
type Options = Static<typeof schema>;

export const updateStream: Action<typeof schema> = {
  kind: 'update-stream',
  summary: 'Changes settings of a stream: limits, subjects, replicas, placement and others',
  proof:
    'The leader of the stream is asked for its configuration: it says what was set, and every replica that it declares is current.',
  example: '{ kind: update-stream, stream: qa1a/qa, set: { maxMessages: 1000 } }',
  schema,
  requires: [],
  title: ({ stream, set }: Options) => `set ${setText(STREAM_CHANGES, set)} of ${stream}`,
  perform(ctx, { stream, set, within }) {
    demandNoBucket(stream, 'update-stream');
    const wanted = streamConfig(set);
    return onStream(ctx, stream, async (connection) => {
      const read = () => streamIdentity(connection, nameOf(stream));
      const before = await known(ctx, stream, read);
      if (says(before.config, wanted)) {
        throw new ChaosError('failed', `${stream} has ${setText(STREAM_CHANGES, set)} already`);
      }
      // Limits that are lifted may have removed something up to now, and new ones will from now on.
      if (mayExpire(before.config) || mayExpire({ ...before.config, ...wanted })) {
        ctx.noteChange({ asset: stream, action: 'update-stream', mayRemove: true });
      }
      await update(connection, nameOf(stream), wanted);
      return observeUntil({
        observe: async () => ({
          config: (await read())?.config ?? {},
          state: await ctx.observer.streamInfo(stream),
        }),
        holds: ({ config, state }) =>
          says(config, wanted) && state.leader !== null && state.currentReplicas === state.replicas,
        describe: ({ config, state }) =>
          `${stream}: ${differences(before.config, config, wanted)}; ${state.currentReplicas} of ${state.replicas} replicas current, ${state.messages} messages`,
        timeoutMs: within,
        signal: ctx.signal,
      });
    });
  },
};
