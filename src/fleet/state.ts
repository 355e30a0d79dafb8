import { strictObject, Type, type Static } from '../support/schema.ts';
import { Reader } from './checked.ts';
import { MAX_STATE_BYTES } from './limits.ts';
import { offerSchema } from './needs.ts';
import { SHA256_PATTERN } from './run-request.ts';

const time = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}, ISO 8601, UTC` });
const line = Type.String({ maxLength: 2_000 });
const workerId = Type.String({ pattern: '^[a-z0-9-]{1,64}$' });

const workerSchema = strictObject(
  {
    id: workerId,
    host: Type.String({ maxLength: 255 }),
    version: Type.String({ maxLength: 60, description: 'of this program' }),
    offer: offerSchema,
    slots: Type.Integer({ minimum: 1, maximum: 1_000 }),
    busy: Type.Integer({ minimum: 0, maximum: 1_000 }),
    since: time('when it began'),
    done: Type.Integer({ minimum: 0, description: 'runs that it has ended' }),
    leaving: Type.Optional(Type.String({ maxLength: 200, description: 'why it takes no more runs' })),
  },
  'a worker, as it says of itself',
);

/** A worker, as it says of itself with every beat. */
export type WorkerState = Static<typeof workerSchema>;
export const workerStates = new Reader<WorkerState>(workerSchema, MAX_STATE_BYTES);

const runStateSchema = strictObject(
  {
    state: Type.Enum(['waiting', 'running', 'sending']),
    worker: Type.Optional(workerId),
    host: Type.Optional(Type.String({ maxLength: 255 })),
    since: time('when it came into this state'),
    attempt: Type.Integer({ minimum: 1, description: 'delivery of the run, counted from 1' }),
    lost: Type.Integer({ minimum: 0, description: 'attempts whose worker died, or lost its lease' }),
    line: Type.Optional(line),
    why: Type.Optional(Type.String({ maxLength: 2_000, description: 'why it waits again' })),
    refused: Type.Record(workerId, Type.String({ maxLength: 2_000 }), {
      maxProperties: 100,
      description: 'workers that refused it, with their reasons',
    }),
  },
  'what becomes of a run until there is a result',
);

/** What becomes of a run until there is a result; left out of the bucket while nobody has taken it. */
export type RunState = Static<typeof runStateSchema>;
export const runStates = new Reader<RunState>(runStateSchema, MAX_STATE_BYTES);

const reasonSchema = Type.Object(
  { verdict: Type.String({ maxLength: 30 }), text: line, source: Type.String({ maxLength: 300 }) },
  { additionalProperties: false },
);

const resultSchema = strictObject(
  {
    schemaVersion: Type.Literal(1),
    worker: workerId,
    host: Type.String({ maxLength: 255 }),
    attempt: Type.Integer({ minimum: 1 }),
    startedAt: time('when the worker began'),
    durationMs: Type.Integer({ minimum: 0 }),
    timedOut: Type.Boolean(),
    how: Type.String({ maxLength: 300, description: 'how its process ended' }),
    complaints: Type.Array(line, { maxItems: 10, description: 'last lines of its stderr' }),
    event: Type.Optional(
      strictObject(
        {
          type: Type.Literal('result'),
          experiment: Type.String({ maxLength: 300 }),
          verdict: Type.Enum(['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted']),
          expected: Type.Optional(
            Type.Object(
              {
                verdict: Type.Enum(['pass', 'fail', 'either', 'none']),
                versions: Type.Optional(Type.String({ maxLength: 300 })),
                seen: Type.Enum(['pass', 'fail', 'inconclusive', 'error', 'unclean', 'interrupted']),
              },
              { additionalProperties: false },
            ),
          ),
          exitCode: Type.Integer({ minimum: 0, maximum: 255 }),
          headline: line,
          reasons: Type.Array(reasonSchema, { maxItems: 50 }),
        },
        'what the run printed at its end',
      ),
    ),
    error: Type.Optional(Type.String({ maxLength: 2_000, description: 'why it was not carried out at all' })),
    left: Type.Array(line, { maxItems: 50, description: 'what could not be undone on the worker' }),
    report: Type.Optional(
      strictObject(
        {
          object: Type.String({
            pattern: '^[0-9A-Za-z.-]{1,200}$',
            description: 'its name in the bucket of reports',
          }),
          sha256: Type.String({ pattern: SHA256_PATTERN }),
          bytes: Type.Integer({ minimum: 1 }),
          folder: Type.String({
            pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$',
            description: 'name of its folder',
          }),
          shortened: Type.Optional(
            Type.Boolean({ description: 'the history was left out, as it was too large' }),
          ),
        },
        'where the report is',
      ),
    ),
  },
  'the result of a run: the first one counts',
);

/** The result of a run; it is created once for each run, and never changed. */
export type FleetResult = Static<typeof resultSchema>;
export const fleetResults = new Reader<FleetResult>(resultSchema, MAX_STATE_BYTES);

const haltSchema = strictObject(
  {
    by: Type.String({ maxLength: 200 }),
    reason: Type.String({ maxLength: 1_000 }),
    at: time('when it was pulled'),
  },
  'why the whole fleet stands still',
);

/** Why the whole fleet stands still. */
export type Halt = Static<typeof haltSchema>;
export const halts = new Reader<Halt>(haltSchema, MAX_STATE_BYTES);
