import type { ErrorCode } from '../support/errors.ts';

/** What the program's exit code says; the first four are the verdicts of a run. */
export const ExitCode = {
  /** The steady state held, every fault was proven, every check satisfied, everything undone. */
  pass: 0,
  /** The system under test deviated: an assertion, a check, or the steady state after recovery. */
  fail: 1,
  /** No honest verdict: no steady state to begin with, a fault without effect, evidence missing. */
  inconclusive: 2,
  /** The run could not be carried out: no binary, a port taken, a cluster that never became ready. */
  error: 3,
  /** Something that was injected could not be undone; the message says what, and how to finish it. */
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

/** The exit code of a command that ended with an error. */
export const EXIT_CODE_OF: Readonly<Record<ErrorCode, number>> = {
  usage: ExitCode.usage,
  invalid: ExitCode.invalid,
  unavailable: ExitCode.error,
  'not-ready': ExitCode.error,
  timeout: ExitCode.error,
  aborted: ExitCode.interrupted,
  failed: ExitCode.error,
};
