import { purgeStream, updateStream } from '../../nats/assets/administer.ts';
import { ApiRefusal } from '../../nats/assets/api.ts';
import { refusalOf } from '../../nats/assets/filler.ts';
import { streamIdentity } from '../../nats/assets/identity.ts';
import type { Connection } from '../../nats/connect.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { known } from './settings.ts';

const PROOF_MS = 30_000;

const schema = strictObject(
  { kind: Type.Literal('seal'), stream: address('stream', 'The stream to seal.') },
  'Seals a stream for good: it holds and delivers what it has, takes no message any more, and removes none.',
);

export const seal: Action<typeof schema> = {
  kind: 'seal',
  summary: 'Seals a stream for good: it takes no message any more, and removes none',
  proof:
    'The leader of the stream says `sealed`, and refuses a message that is published to it, and a purge.',
  example: '{ kind: seal, stream: qa1a/qa }',
  schema,
  requires: [],
  title: ({ stream }: Static<typeof schema>) => `seal ${stream}`,
  perform(ctx, { stream }) {
    return onStream(ctx, stream, async (connection) => {
      const read = () => streamIdentity(connection, nameOf(stream));
      const before = await known(ctx, stream, read);
      if (before.config.sealed === true) throw new ChaosError('failed', `${stream} is sealed already`);
      await updateStream(connection, nameOf(stream), { sealed: true });
      return observeUntil({
        observe: async () => {
          if ((await read())?.config.sealed !== true) return { sealed: false, refusals: [] };
          return {
            sealed: true,
            refusals: await refusals(connection, nameOf(stream), before.config.subjects),
          };
        },
        holds: ({ sealed, refusals: all }) => sealed && all.every(({ refused }) => refused !== null),
        describe: ({ sealed, refusals: all }) =>
          [
            `${stream} is ${sealed ? 'sealed' : 'not sealed'}`,
            ...all.map(({ what, refused }) => `${what}: ${refused ?? 'not refused'}`),
          ].join('; '),
        timeoutMs: PROOF_MS,
        signal: ctx.signal,
      });
    });
  },
};

interface Refusal {
  what: string;
  /** In the server's words; null when it was done. */
  refused: string | null;
}

/** Tries what a sealed stream must refuse; a stream without subjects cannot be published to. */
async function refusals(connection: Connection, stream: string, subjects: unknown): Promise<Refusal[]> {
  const [first] = Array.isArray(subjects) ? (subjects as string[]) : [];
  const published =
    first === undefined
      ? []
      : [{ what: 'a message to it', refused: await refusalOf(connection, literalOf(first)) }];
  return [...published, { what: 'a purge', refused: await purgeRefusal(connection, stream) }];
}

async function purgeRefusal(connection: Connection, stream: string): Promise<string | null> {
  try {
    await purgeStream(connection, stream);
    return null;
  } catch (error) {
    if (error instanceof ApiRefusal) return messageOf(error);
    throw error;
  }
}

/** A subject without wildcards that a stream's subject captures. */
function literalOf(subject: string): string {
  return subject
    .split('.')
    .map((token) => (token === '*' || token === '>' ? 'chaos-seal' : token))
    .join('.');
}
