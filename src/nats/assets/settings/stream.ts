import { duration, size, strictObject, Type } from '../../../support/schema.ts';
import {
  choice,
  count,
  flag,
  requiredSetting,
  setting,
  subject,
  subjectOrTemplate,
  texts,
  time,
  transform,
} from './fields.ts';

const atLeast = (least: string, description: string) => ({ ...duration(description), 'x-minimum': least });

export const placement = setting(
  'placement',
  strictObject(
    {
      cluster: setting(
        'cluster',
        Type.String({ minLength: 1, description: 'The cluster that holds the replicas.' }),
      ),
      tags: setting(
        'tags',
        Type.Array(Type.String({ minLength: 1, description: 'A tag of servers.' }), {
          minItems: 1,
          description: 'Tags that a server must have to hold a replica.',
        }),
      ),
    },
    'Which servers may hold a replica.',
  ),
);

/** Every setting of a stream beside what it copies from; all may be left out. */
export const streamSettings = {
  subjects: setting(
    'subjects',
    Type.Array(subjectOrTemplate('A subject, with `*` and `>` where wanted, or with places.'), {
      minItems: 1,
      description: 'What the stream captures. A mirror has none. Left out for sources: only what they bring.',
    }),
  ),
  replicas: setting('num_replicas', count('How many servers hold a copy.', 1, 5)),
  storage: setting('storage', choice(['file', 'memory'], 'Where messages are kept.')),
  retention: setting(
    'retention',
    choice(
      ['limits', 'interest', 'workqueue'],
      'When messages are removed: by the limits only, once every consumer has acknowledged them, or once one has.',
    ),
  ),
  maxMessages: setting('max_msgs', count('Most messages that the stream holds.', 1)),
  maxBytes: setting('max_bytes', size('Most bytes that the stream holds.')),
  maxAge: setting('max_age', atLeast('100ms', 'How long messages are kept.')),
  maxMessageSize: setting('max_msg_size', size('The largest message, its headers included.')),
  maxMessagesPerSubject: setting(
    'max_msgs_per_subject',
    count('Most messages that are kept of each subject.', 1),
  ),
  maxConsumers: setting('max_consumers', count('Most consumers that the stream may have.', 1)),
  discard: setting(
    'discard',
    choice(
      ['old', 'new'],
      'What happens at a limit: the oldest messages are removed, or new ones are refused.',
    ),
  ),
  discardNewPerSubject: setting(
    'discard_new_per_subject',
    flag('Whether maxMessagesPerSubject refuses new messages too; needs `discard: new`.'),
    '2.10',
  ),
  duplicateWindow: setting(
    'duplicate_window',
    atLeast('100ms', 'How long message ids are remembered. NATS itself says 2m.'),
  ),
  compression: setting('compression', choice(['none', 's2'], 'How files are compressed.'), '2.10'),
  placement,
  subjectTransform: setting(
    'subject_transform',
    transform('The subjects of messages are changed before they are stored.'),
    '2.10',
  ),
  republish: setting(
    'republish',
    strictObject(
      {
        from: setting('src', subject('Only what is stored under these subjects.')),
        to: requiredSetting(
          'dest',
          subject('Where it is published, such as copy.> or copy.{{wildcard(1)}}.'),
        ),
        headersOnly: setting('headers_only', flag('Whether bodies are left out.')),
      },
      'What is stored is published once more, on another subject.',
    ),
  ),
  firstSequence: setting('first_seq', count('The sequence of the first message.', 1), '2.10'),
  allowDirect: setting(
    'allow_direct',
    flag('Whether any replica may answer reads of single messages (direct get), also one that lags.'),
  ),
  mirrorDirect: setting(
    'mirror_direct',
    flag('Whether a mirror answers direct gets of its origin, which must allow them.'),
  ),
  denyDelete: setting('deny_delete', flag('Whether single messages cannot be deleted.')),
  denyPurge: setting('deny_purge', flag('Whether the stream cannot be purged.')),
  allowRollup: setting(
    'allow_rollup_hdrs',
    flag('Whether a message may replace all earlier ones of its subject or stream (Nats-Rollup).'),
  ),
  noAck: setting('no_ack', flag('Whether publishing is not acknowledged.')),
  consumerLimits: setting(
    'consumer_limits',
    strictObject(
      {
        maxAckPending: setting('max_ack_pending', count('Most that a consumer may state.', 1)),
        inactiveThreshold: setting('inactive_threshold', duration('Longest that a consumer may state.')),
      },
      'What consumers of the stream may state at most, and have when they state nothing.',
    ),
    '2.10',
  ),
  allowMessageTtl: setting(
    'allow_msg_ttl',
    flag('Whether messages may have a time to live of their own.'),
    '2.11',
  ),
  subjectDeleteMarkerTtl: setting(
    'subject_delete_marker_ttl',
    atLeast(
      '1s',
      'The last message of a subject that is removed by its age leaves a marker behind for this time.',
    ),
    '2.11',
  ),
  allowMsgCounter: setting(
    'allow_msg_counter',
    flag('Whether each subject is a counter that messages add to (Nats-Incr).'),
    '2.12',
  ),
  allowAtomicPublish: setting(
    'allow_atomic',
    flag('Whether messages may be published in atomic batches.'),
    '2.12',
  ),
  allowMsgSchedules: setting(
    'allow_msg_schedules',
    flag('Whether messages may be published at a later time (Nats-Schedule).'),
    '2.12',
  ),
  persistMode: setting(
    'persist_mode',
    choice(
      ['default', 'async'],
      'When messages are written: before they are acknowledged, or perhaps after it, so that acknowledged ones may be lost.',
    ),
    '2.12',
  ),
  allowBatchPublish: setting(
    'allow_batched',
    flag('Whether messages may be published in fast batches, which are not atomic.'),
    '2.14',
  ),
  metadata: setting('metadata', texts('stream'), '2.10'),
  description: setting('description', Type.String({ description: 'A text that is kept with the stream.' })),
};

/** A setting that no stream can be made with: it then takes nothing, and gives nothing away, for ever. */
export const sealedSetting = {
  sealed: setting('sealed', flag('Whether nothing can be added or removed any more, for ever.')),
};

/** What a mirror or source copies, beside which stream. */
export const originSettings = {
  filter: setting('filter_subject', subject('Copy only the messages on these subjects.')),
  transforms: setting(
    'subject_transforms',
    Type.Array(
      transform(
        'Only messages on these subjects are copied, and come under the others; in place of `filter`.',
      ),
      {
        minItems: 1,
        description: 'Which messages are copied, and under which subjects they come; in place of `filter`.',
      },
    ),
    '2.10',
  ),
  startSequence: setting('opt_start_seq', count('The sequence from which on messages are copied.', 1)),
  startTime: setting('opt_start_time', time('The time from which on messages are copied.')),
};
