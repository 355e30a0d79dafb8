import { strictObject, Type, type Static } from '../support/schema.ts';
import { Reader } from './checked.ts';
import { MAX_REQUEST_BYTES, MAX_RUN_TIMEOUT_MS } from './limits.ts';

/** The path of a file below the folder of a bundle or of the package: relative, with `/`, and without `.` and `..`; each part is short enough for a file system. */
export const RELATIVE_PATH =
  '^(?!/)(?!.*(^|/)\\.{1,2}(/|$))(?!.*//)(?!.*/$)(?!.*[^/]{201})[A-Za-z0-9._ /@+-]{1,300}$';
export const SUITE_PATTERN = '^[0-9a-f]{8,32}$';
/** A token of subjects and keys. */
export const RUN_PATTERN = '^[A-Za-z0-9-]{1,60}$';
export const SHA256_PATTERN = '^[0-9a-f]{64}$';

const path = (description: string) => Type.String({ pattern: RELATIVE_PATH, description });

/** One run as it is on the queue. It holds no secret, no argument of a command line and no absolute path but that of a binary. */
const runRequestSchema = strictObject(
  {
    schemaVersion: Type.Literal(1),
    suite: Type.String({ pattern: SUITE_PATTERN, description: 'the matrix, nightly run or search' }),
    run: Type.String({ pattern: RUN_PATTERN, description: 'what it is called in it' }),
    asker: Type.String({ maxLength: 200, description: 'who asked, for people: user@host' }),
    experiment: strictObject(
      {
        name: Type.String({ minLength: 1, maxLength: 200 }),
        path: path('of its file, below the folder of the bundle or of the package'),
        digest: Type.String({
          pattern: '^[0-9a-f]{16}$',
          description: 'of the text of the experiment and its environment: a worker runs no other text',
        }),
      },
      'what is run',
    ),
    bundle: Type.Optional(
      Type.String({
        pattern: SHA256_PATTERN,
        description:
          'the object that holds its files, by the SHA-256 of its content; left out: files of the package',
      }),
    ),
    environment: Type.Optional(path('of the environment in place of the one that the experiment names')),
    nats: Type.Optional(
      Type.String({
        pattern: '^([A-Za-z0-9][A-Za-z0-9.+-]{0,60}|/[A-Za-z0-9._/+-]{1,300})$',
        description: 'an exact version, or the path of a binary that the worker allows',
      }),
    ),
    driver: Type.Optional(Type.String({ pattern: '^[a-z][a-z-]{0,30}$' })),
    seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    timeoutMs: Type.Integer({ minimum: 1, maximum: MAX_RUN_TIMEOUT_MS }),
  },
  'a run that is to be carried out',
);

export type RunRequest = Static<typeof runRequestSchema>;

/** Reads what came over the queue, which anybody with access to it may have written. */
export const runRequests = new Reader<RunRequest>(runRequestSchema, MAX_REQUEST_BYTES);
