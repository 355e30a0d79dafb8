import { isPaused, resumeConsumer as resume } from '../../nats/assets/administer.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { demandSince } from '../since.ts';

const PROOF_MS = 10_000;

const schema = strictObject(
  { kind: Type.Literal('resume-consumer'), consumer: address('consumer', 'The consumer to resume.') },
  'Resumes a consumer that pause-consumer has paused, before its time is over.',
);

export const resumeConsumer: Action<typeof schema> = {
  kind: 'resume-consumer',
  summary: 'Resumes a consumer that pause-consumer has paused',
  proof:
    'The leader of the consumer is asked before and afterwards: it said `paused`, and says so no longer.',
  example:
    '{ kind: pause-consumer, consumer: qa1a/qa/consumer-qa1a, for: 1m }\n{ kind: resume-consumer, consumer: qa1a/qa/consumer-qa1a }',
  schema,
  requires: [],
  since: '2.11',
  title: ({ consumer }: Static<typeof schema>) => `resume ${consumer}`,
  async perform(ctx, { consumer }) {
    const [cluster = '', stream = '', name = ''] = consumer.split('/');
    await demandSince(ctx, cluster, resumeConsumer);
    return onStream(ctx, consumer, async (connection) => {
      if (!(await isPaused(connection, stream, name))) {
        throw new ChaosError('failed', `${consumer} is not paused`);
      }
      await resume(connection, stream, name);
      return observeUntil({
        observe: () => isPaused(connection, stream, name),
        holds: (paused) => !paused,
        describe: (paused) =>
          `${consumer} was paused, and is ${paused ? 'still paused' : 'paused no longer'}`,
        timeoutMs: PROOF_MS,
        signal: ctx.signal,
      });
    });
  },
};
