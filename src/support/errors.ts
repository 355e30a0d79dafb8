/** Why a run could not continue, as one word that a program can test; the exit code follows from it. */
export type ErrorCode =
  | 'usage' // the command line is wrong
  | 'invalid' // a file does not validate
  | 'unavailable' // something the run needs is not there: a binary, a port, a capability
  | 'not-ready' // the system under test never became ready
  | 'timeout' // a deadline passed
  | 'harness' // the tools that carry out the run have failed: the proxies, the Docker engine
  | 'aborted' // the user or a deadline above asked to stop
  | 'resources' // the machine lacks something the program needs: disk space, a permission, file descriptors
  | 'memory' // the program itself has used up the memory that it may use
  | 'crash' // a defect of the program itself
  | 'failed'; // anything else that went wrong while carrying out the run

/** The one error type of the program: a message for the user, a hint what to do, and the cause. */
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
