import { isPaused, pauseConsumer as pause } from '../../nats/assets/administer.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration } from '../../support/units.ts';
import type { Action } from '../action.ts';
import { accountOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { demandSince } from '../since.ts';

const PROOF_MS = 10_000;

const schema = strictObject(
  {
    kind: Type.Literal('pause-consumer'),
    consumer: address('consumer', 'The consumer to pause.'),
    for: duration(
      'How long: then the server resumes it by itself, whatever has become of the run. The action resume-consumer and the end of the method resume it earlier.',
    ),
  },
  'Pauses a consumer on the server (2.11): it delivers nothing until it is resumed.',
);
type Options = Static<typeof schema>;

export const pauseConsumer: Action<typeof schema> = {
  kind: 'pause-consumer',
  summary: 'Pauses a consumer on the server: it delivers nothing for a time, or until resume-consumer',
  proof: 'The leader of the consumer is asked: it says `paused`.',
  example: '{ kind: pause-consumer, consumer: qa1a/qa/consumer-qa1a, for: 10s }',
  schema,
  requires: [],
  since: '2.11',
  title: ({ consumer, for: forMs }: Options) => `pause ${consumer} for ${formatDuration(forMs)}`,
  async perform(ctx, { consumer, for: forMs }) {
    const [cluster = '', stream = '', name = ''] = consumer.split('/');
    await demandSince(ctx, cluster, pauseConsumer);
    return onStream(ctx, consumer, async (connection) => {
      if (await isPaused(connection, stream, name)) {
        throw new ChaosError('failed', `${consumer} is paused already`);
      }
      ctx.undoLater(`pause of ${consumer}`, {
        driver: ctx.driver.kind,
        op: 'jetstream.resume-consumer',
        args: { cluster, account: accountOf(ctx, `${cluster}/${stream}`), stream, consumer: name },
      });
      const until = new Date(Date.now() + forMs);
      await pause(connection, stream, name, until);
      return observeUntil({
        observe: () => isPaused(connection, stream, name),
        holds: (paused) => paused,
        describe: (paused) =>
          `${consumer} is ${paused ? `paused until ${until.toISOString()}` : 'not paused'}`,
        timeoutMs: PROOF_MS,
        signal: ctx.signal,
      });
    });
  },
};
