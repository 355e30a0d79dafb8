import type { ServerExit } from '../../drivers/driver.ts';
import { END_PATTERNS } from '../../drivers/servers/last-lines.ts';
import type { CrashKind } from '../../history/server-crash.ts';

/** The exit code of a program in which the race detector has found a race. */
const RACE_EXIT = 66;
const OUT_OF_MEMORY = /^(fatal error|runtime): .*(out of memory|cannot allocate memory)/;

/** What ended a server, and in words how it ended, as a predicate: `was ended by SIGKILL`. */
export function classifyExit(exit: ServerExit): { kind: CrashKind; text: string } {
  const { lastLines: lines, signal } = exit;
  const line = (pattern: RegExp): string | undefined => lines.find((one) => pattern.test(one));
  const ended = endText(exit);
  const said = (kind: CrashKind, words: string): { kind: CrashKind; text: string } => ({
    kind,
    text: `${ended}: ${words}`,
  });
  if (exit.outOfMemory)
    return { kind: 'out-of-memory', text: `${ended}: the kernel killed it for want of memory` };
  // No program ends itself with SIGKILL, whatever it printed before.
  if (signal === 'SIGKILL') return { kind: 'signal', text: ended };
  const exhausted = line(OUT_OF_MEMORY);
  if (exhausted !== undefined) return said('out-of-memory', exhausted);
  const fatal = line(END_PATTERNS.fatalError);
  if (fatal !== undefined) return said('fatal-error', fatal);
  const panic = line(END_PATTERNS.panic);
  if (panic !== undefined) return said('panic', panic);
  const race = line(END_PATTERNS.dataRace);
  if (race !== undefined || exit.code === RACE_EXIT)
    return said('data-race', race ?? 'a data race was found');
  const signalled = line(END_PATTERNS.signal);
  if (signalled !== undefined) return said('signal', signalled);
  if (signal !== null) return { kind: 'signal', text: ended };
  const gaveUp = line(END_PATTERNS.fatalLog);
  if (gaveUp !== undefined) return said('fatal-log', END_PATTERNS.fatalLog.exec(gaveUp)?.[0] ?? gaveUp);
  if (exit.code === null && exit.restartedByOthers) return { kind: 'restart', text: ended };
  return { kind: 'exit', text: ended };
}

function endText({ code, signal, restartedByOthers, restartCount }: ServerExit): string {
  const again = restartedByOthers
    ? ` and was started again by something else${restartCount === undefined ? '' : ` (restart count ${restartCount})`}`
    : '';
  const withCode = code === null ? '' : ` (exit code ${code})`;
  if (signal !== null) return `was ended by ${signal}${withCode}${again}`;
  if (code !== null) return `exited with code ${code}${again}`;
  return restartedByOthers ? `ended${again}` : 'ended';
}
