import { asChaosError } from '../support/system-errors.ts';
import { EXIT_CODE_OF, ExitCode, withoutResult } from './exit-codes.ts';
import { complain, complainOf } from './output.ts';

/** Prints the error that a command ended with. @returns its exit code */
export function complainAndCode(thrown: unknown): number {
  printStack(thrown);
  const error = asChaosError(thrown);
  complainOf(error);
  // What was interrupted before anything began has the exit code of its signal, as later.
  return error.code === 'aborted' && error.cause === 'SIGTERM'
    ? ExitCode.terminated
    : EXIT_CODE_OF[error.code];
}

/** An uncaught error ends the program as an error; during a run, the run records it and ends. */
export function endOnCrashes(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (thrown: unknown) => {
      if (process.listenerCount(event) > 1) return;
      complainAndCode(thrown);
      process.exit(ExitCode.error);
    });
  }
  // Node's own exit code for a program that waits for something that can never happen.
  process.on('exit', (code) => {
    if (code !== NEVER_ENDED) return;
    complain('the command has not come to its end: this is a mistake in nats-chaos; please report it');
    process.exitCode = ExitCode.error;
  });
}

const NEVER_ENDED = 13;

/**
 * Ends the program once all its output is written. Node itself would also wait for every connection attempt that is still
 * going on: two minutes if a server has gone together with its network.
 */
export async function end(): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((done) => stream.write('', () => done()));
  process.exit();
}

/**
 * A reader that closes the pipe (`| head`) has what it wanted and must not end a run half-way. Output that is lost for
 * any other reason is an error, whatever the result of the command.
 */
export function noteOutputErrors(): void {
  for (const [name, stream] of [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ] as const) {
    let failed = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || failed) return;
      failed = true;
      complainOf(asChaosError(error, `${name} cannot be written`));
      process.on('exit', (code) => (process.exitCode = withoutResult(code)));
    });
  }
}

/** Whether to show stack traces: read before the command line is parsed, wherever the option stands. */
export function wantsDebug(): boolean {
  return process.argv.includes('--debug');
}

/** The stack of an error and of its causes, when the user asked for it. */
export function printStack(thrown: unknown): void {
  if (wantsDebug()) complain(stackOf(thrown));
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const below = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${below}`;
}
