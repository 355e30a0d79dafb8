import { address, duration, percentage, strictObject, Type, type Static } from '../../../support/schema.ts';
import { choice, EXPECTED, kindChoice, subjectField } from '../common.ts';

const exportedTo = Type.Optional(
  Type.Array(address('account', 'An account.'), {
    minItems: 1,
    uniqueItems: true,
    description: 'The accounts that may import it; left out: every account.',
  }),
);

const streamExport = strictObject(
  {
    kind: Type.Literal('stream'),
    subject: subjectField('The subject, which may have wildcards.'),
    accounts: exportedTo,
  },
  'Messages that are published in this account, for other accounts to subscribe to.',
);

const serviceExport = strictObject(
  {
    kind: Type.Literal('service'),
    subject: subjectField('The subject of requests, which may have wildcards.'),
    accounts: exportedTo,
    response: Type.Optional(
      choice(
        ['single', 'stream', 'chunked'],
        'How many messages answer a request: one, any number, or one in parts. NATS itself says single.',
      ),
    ),
    threshold: Type.Optional(
      duration('How long an answer may take before the server gives it up. NATS itself says 2m.'),
    ),
    latency: Type.Optional(
      strictObject(
        {
          subject: subjectField('The subject on which the times are published.'),
          sampling: Type.Optional(
            percentage('The share of requests whose times are published. Left out: all of them.'),
          ),
        },
        'Publishes how long the service takes.',
      ),
    ),
  },
  'Requests that this account answers, for other accounts to send.',
);

const streamImport = strictObject(
  {
    kind: Type.Literal('stream'),
    account: address('account', 'The account that exports it.'),
    subject: subjectField('The subject there, which the export covers.'),
    prefix: Type.Optional(subjectField('Its messages arrive here under this prefix.')),
    to: Type.Optional(
      subjectField('Its messages arrive here on this subject; $1, $2 … stand for its wildcards.'),
    ),
  },
  'Messages of another account, which users here can subscribe to.',
);

const serviceImport = strictObject(
  {
    kind: Type.Literal('service'),
    account: address('account', 'The account that exports it.'),
    subject: subjectField('The subject there, which the export covers.'),
    to: Type.Optional(subjectField('The subject on which users here send requests; left out: the same.')),
    share: Type.Optional(
      Type.Boolean({ description: 'Whether the exporting account is told who asks, with its latencies.' }),
    ),
  },
  'A service of another account, which users here can send requests to.',
);

type ExportItem = Static<typeof streamExport> | Static<typeof serviceExport>;
type ImportItem = Static<typeof streamImport> | Static<typeof serviceImport>;

/** What other accounts may have of an account, and what it has of others. */
export const sharingFields = {
  exports: Type.Optional(
    Type.Array(kindChoice<ExportItem>('export', [streamExport, serviceExport], 'A stream or a service.'), {
      minItems: 1,
      description: 'What other accounts may import.',
    }),
  ),
  imports: Type.Optional(
    Type.Array(kindChoice<ImportItem>('import', [streamImport, serviceImport], 'A stream or a service.'), {
      minItems: 1,
      description: 'What the account takes from others.',
    }),
  ),
};

const destination = strictObject(
  {
    to: subjectField('The subject that takes its place; $1, $2 … stand for the wildcards.'),
    weight: Type.Optional(
      percentage('The share of messages that go there; what is left over keeps its subject. Left out: all.'),
    ),
    cluster: Type.Optional(address('cluster', 'Only for messages that are published in this cluster.')),
  },
  'A subject that takes the place of another.',
);
export type Destination = Static<typeof destination>;

/** Subjects that take the place of others. */
export const mappings = Type.Optional(
  Type.Unsafe<Record<string, string | Destination[]>>({
    type: 'object',
    minProperties: 1,
    propertyNames: {
      pattern: '^[^\\s.]+(\\.[^\\s.]+)*$',
      [EXPECTED]: 'a subject: words joined by ".", such as orders.new or orders.*',
    },
    additionalProperties: {
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      items: destination,
      [EXPECTED]: 'a subject, or a list of destinations',
      description: 'The subject that takes its place, or a list of them with their weights.',
    },
    description: 'Subjects of messages as they are published → those that take their place.',
  }),
);
