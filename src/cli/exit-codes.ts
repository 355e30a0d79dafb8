import type { ErrorCode } from '../support/errors.ts';

/** The program's exit codes; the first four are the verdicts of a run. */
export const ExitCode = {
  /** The steady state held, every fault was proven, every check satisfied, everything undone. */
  pass: 0,
  /** The system under test deviated: an assertion, a check, or the steady state after recovery. */
  fail: 1,
  /** No honest verdict: no steady state at the start, a fault without effect, missing evidence. */
  inconclusive: 2,
  /**
   * The run could not be carried out: no binary, a port in use, a cluster that never became ready, a proxy that died;
   * or the program itself had a problem: a full disk, a missing permission, no file descriptors or memory, a bug.
   */
  error: 3,
  /** Something that was injected could not be undone; the message says what it is and how to finish. */
  unclean: 4,
  /** The command line is wrong. */
  usage: 64,
  /** A file does not validate; every problem has been listed. */
  invalid: 65,
  /** SIGINT, after everything was undone. */
  interrupted: 130,
  /** SIGTERM, after everything was undone. */
  terminated: 143,
} as const;

/** The exit code of a command that ended with this error. */
export const EXIT_CODE_OF: Readonly<Record<ErrorCode, number>> = {
  usage: ExitCode.usage,
  invalid: ExitCode.invalid,
  unavailable: ExitCode.error,
  'not-ready': ExitCode.error,
  timeout: ExitCode.error,
  harness: ExitCode.error,
  aborted: ExitCode.interrupted,
  resources: ExitCode.error,
  memory: ExitCode.error,
  crash: ExitCode.error,
  failed: ExitCode.error,
};

/** The exit code when a requested file could not be written: it must not read as a verdict. */
export function withoutResult(code: number): number {
  return VERDICTS.includes(code) ? ExitCode.error : code;
}

const VERDICTS: readonly number[] = [ExitCode.pass, ExitCode.fail, ExitCode.inconclusive];
