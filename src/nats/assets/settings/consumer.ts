import { duration, size, Type } from '../../../support/schema.ts';
import {
  choice,
  count,
  flag,
  literalSubject,
  setting,
  subject,
  subjectOrTemplate,
  texts,
  time,
} from './fields.ts';

/** Every setting of a durable consumer; all may be left out. */
export const consumerSettings = {
  deliver: setting(
    'deliver_policy',
    choice(
      ['all', 'new', 'last', 'last-per-subject', 'by-start-sequence', 'by-start-time'],
      'Where the consumer begins.',
    ),
  ),
  startSequence: setting('opt_start_seq', count('Where `deliver: by-start-sequence` begins.', 1)),
  startTime: setting('opt_start_time', time('Where `deliver: by-start-time` begins.')),
  ackPolicy: setting(
    'ack_policy',
    choice(
      ['explicit', 'all', 'none', 'flow-control'],
      'Which deliveries an acknowledgement stands for: itself, all up to it, or none is wanted. With `flow-control` a push consumer takes answers to flow control as acknowledgements.',
      { 'flow-control': '2.14' },
    ),
  ),
  ackWait: setting('ack_wait', duration('How long a delivery may go unacknowledged before it is repeated.')),
  backoff: setting(
    'backoff',
    Type.Array(duration('How long this delivery may go unacknowledged.'), {
      minItems: 1,
      description:
        'In place of ackWait, one for each delivery of a message; the last stands for all after it.',
    }),
  ),
  maxDeliver: setting('max_deliver', count('How often a message is delivered at most.', 1)),
  maxAckPending: setting('max_ack_pending', count('How many deliveries may be unacknowledged at once.', 1)),
  filter: setting('filter_subject', subject('Deliver only the messages on this subject.')),
  filters: setting(
    'filter_subjects',
    Type.Array(subjectOrTemplate('A subject, with `*` and `>` where wanted, or with places.'), {
      minItems: 1,
      uniqueItems: true,
      description: 'Deliver only the messages on these subjects, of which no two overlap.',
    }),
    '2.10',
  ),
  headersOnly: setting('headers_only', flag('Whether bodies are left out of deliveries.')),
  replayPolicy: setting(
    'replay_policy',
    choice(
      ['instant', 'original'],
      'Whether messages come at once, or in the time in which they were stored.',
    ),
  ),
  sampleFrequency: setting(
    'sample_freq',
    Type.String({
      pattern: '^(100|[1-9]?\\d)%$',
      'x-expected': 'a whole percentage, such as 50%',
      examples: ['50%'],
      description: 'Of how many acknowledgements the server publishes how long they took.',
    }),
  ),
  inactiveThreshold: setting(
    'inactive_threshold',
    duration('Nobody has used the consumer for so long: the server removes it.'),
  ),
  replicas: setting('num_replicas', count('How many servers hold its state; left out: as its stream.', 1, 5)),
  storage: setting(
    'mem_storage',
    choice(['file', 'memory'], 'Where its state is kept; left out: as its stream.'),
  ),
  maxWaiting: setting('max_waiting', count('Most pull requests that may wait at once.', 1)),
  maxBatch: setting('max_batch', count('Most messages that one pull request may ask for.', 1)),
  maxBytes: setting('max_bytes', size('Most bytes that one pull request may ask for.')),
  maxExpires: setting('max_expires', {
    ...duration('Longest that one pull request may wait.'),
    'x-minimum': '1ms',
  }),
  priorityPolicy: setting(
    'priority_policy',
    choice(
      ['overflow', 'pinned-client', 'prioritized'],
      'Which of the clients of a group gets messages: those whose conditions hold, one that is pinned, or those of the lowest number.',
      { prioritized: '2.12' },
    ),
    '2.11',
  ),
  priorityGroups: setting(
    'priority_groups',
    Type.Array(
      Type.String({
        pattern: '^[a-zA-Z0-9/_=-]{1,16}$',
        'x-expected': 'a name of at most 16 letters, digits, "/", "_", "=" and "-"',
        description: 'Name of a group.',
      }),
      {
        minItems: 1,
        uniqueItems: true,
        description: 'The groups that pull requests name, for priorityPolicy.',
      },
    ),
    '2.11',
  ),
  pinnedTtl: setting(
    'priority_timeout',
    duration('How long a pinned client may be silent before another is pinned.'),
    '2.11',
  ),
  pauseUntil: setting('pause_until', time('Nothing is delivered before this time.'), '2.11'),
  deliverSubject: setting(
    'deliver_subject',
    literalSubject('Where messages are published: this makes it a push consumer.'),
  ),
  deliverGroup: setting(
    'deliver_group',
    Type.String({
      minLength: 1,
      description: 'The queue group that shares the deliveries of a push consumer.',
    }),
  ),
  flowControl: setting(
    'flow_control',
    flag('Whether a push consumer waits for its clients; needs idleHeartbeat.'),
  ),
  idleHeartbeat: setting('idle_heartbeat', {
    ...duration('How long a push consumer may be silent before it sends a heartbeat.'),
    'x-minimum': '100ms',
  }),
  rateLimit: setting('rate_limit_bps', count('Most bits that a push consumer sends in a second.', 1)),
  metadata: setting('metadata', texts('consumer'), '2.10'),
  description: setting('description', Type.String({ description: 'A text that is kept with the consumer.' })),
};
