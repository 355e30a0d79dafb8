/** Why a run could not go on, as one word a program can test; the exit code follows from it. */
export type ErrorCode =
  | 'usage' // the command line is wrong
  | 'invalid' // a file does not validate
  | 'unavailable' // something the run needs is not there: a binary, a port, a capability
  | 'not-ready' // the system under test never became ready
  | 'timeout' // a deadline passed
  | 'aborted' // the user or a deadline above asked to stop
  | 'failed'; // anything else that went wrong while carrying out the run

/** The one error type of the program: a message for the user, a hint what to do, and the cause below it. */
export class ChaosError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ChaosError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
