import { constants } from 'node:os';
import { ChaosError, messageOf } from './errors.ts';
import { explainKnownError, knownError } from './known-errors.ts';

/** Errors of the operating system that mean a limit of the machine, and what to do about each. */
const KNOWN: Readonly<Record<string, { what: string; hint: string; ours: boolean }>> = {
  ENOSPC: {
    what: 'no space is left on the device',
    hint: 'free some space there, or write elsewhere: --out for reports, TMPDIR for what servers keep',
    ours: true,
  },
  EDQUOT: {
    what: 'the disk quota is used up',
    hint: 'free some space there, or write elsewhere: --out for reports, TMPDIR for what servers keep',
    ours: true,
  },
  EROFS: {
    what: 'the filesystem is read-only',
    hint: 'write elsewhere: --out for reports, TMPDIR for what servers keep; or mount it so that it can be written',
    ours: true,
  },
  EIO: {
    what: 'the device has failed',
    hint: "the system's log (dmesg) says what is wrong with it; write elsewhere: --out for reports, TMPDIR for what servers keep",
    ours: true,
  },
  EMFILE: {
    what: 'the program has no file descriptors left',
    hint: 'let it have more of them: ulimit -n 4096',
    ours: true,
  },
  ENFILE: {
    what: 'the machine has no file descriptors left',
    hint: 'end what holds so many of them, or raise the limit of the machine (sysctl fs.file-max)',
    ours: true,
  },
  ENOMEM: {
    what: 'the machine has no memory left',
    hint: 'end what uses so much of it, or run fewer servers',
    ours: true,
  },
  ERR_WORKER_OUT_OF_MEMORY: {
    what: 'a worker has no memory left',
    hint: 'give it more: NODE_OPTIONS=--max-old-space-size=8192',
    ours: true,
  },
  ERR_WORKER_INIT_FAILED: {
    what: 'a worker cannot be started',
    hint: 'the limits of processes and memory may be reached: ulimit -u, ulimit -v',
    ours: true,
  },
  // The following can also be the result of a fault's own request to the machine.
  EAGAIN: {
    what: 'the limit of processes is reached',
    hint: 'let this user have more of them: ulimit -u 4096',
    ours: false,
  },
  EACCES: {
    what: 'permission denied',
    hint: 'give this user the right to it, or write elsewhere: --out for reports, TMPDIR for what servers keep',
    ours: false,
  },
  EPERM: {
    what: 'operation not permitted',
    hint: 'give this user the right to it, or write elsewhere: --out for reports, TMPDIR for what servers keep',
    ours: false,
  },
};

/**
 * Turns anything that was thrown into the program's own error. An error of the operating system names what was refused,
 * where, and what to do about it; an unexpected error is a `crash`.
 *
 * @param doing what was being done, in words: `the history cannot be written`
 */
export function asChaosError(thrown: unknown, doing?: string): ChaosError {
  const system = systemErrorIn(thrown);
  if (thrown instanceof ChaosError) {
    const hint = withRemedy(thrown, thrown.hint ?? (system && KNOWN[system.code]?.hint));
    if (doing === undefined && (hint === thrown.hint || hint === undefined)) return thrown;
    const message = doing === undefined ? thrown.message : `${doing}: ${thrown.message}`;
    return new ChaosError(thrown.code, message, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
  }
  if (system === undefined) {
    const message = `${doing ?? 'an unexpected error'}: ${messageOf(thrown)}`;
    // A failed system call that is not in the table keeps its own message.
    if (isSystemCall(thrown)) {
      const words = doing === undefined ? messageOf(thrown) : message;
      return new ChaosError('resources', words, { cause: thrown });
    }
    return new ChaosError('crash', message, {
      cause: thrown,
      hint: 'this is a mistake in nats-chaos: with --debug it shows where; please report it',
    });
  }
  const { code, path, syscall } = system;
  const { what, hint } = KNOWN[code] ?? { what: system.message, hint: undefined };
  const words = [doing, path, `${what} (${[code, syscall].filter(Boolean).join(', ')})`];
  const message = words.filter((word) => word !== undefined && word !== '').join(': ');
  return new ChaosError('resources', message, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
}

/**
 * Whether an error means that the program itself lacks resources or has a defect: from then on its observations of the
 * system under test cannot be trusted.
 */
export function isOwnTrouble(thrown: unknown): boolean {
  if (thrown instanceof ChaosError && ['resources', 'memory', 'crash'].includes(thrown.code)) return true;
  const system = systemErrorIn(thrown);
  return system !== undefined && KNOWN[system.code]?.ours === true;
}

/** The hint of an error, and what to do where it is one of NATS that many users meet. */
function withRemedy({ code, message }: ChaosError, hint: string | undefined): string | undefined {
  // A wrong file or command line says itself what was expected.
  if (code === 'invalid' || code === 'usage' || code === 'aborted') return hint;
  const known = knownError(message);
  if (known === undefined) return hint;
  const remedy = explainKnownError(known);
  if (hint === undefined || hint.includes(remedy)) return hint ?? remedy;
  // The hint of what never became ready is general; all other hints are about this very error.
  return code === 'not-ready' ? `${remedy}; ${hint}` : hint;
}

/** What Node.js calls an error that it has no name for, now one, now the other: EDQUOT is such an error. */
const NAMELESS = /^(UNKNOWN|Unknown system error)/;
const NAMES = new Map(Object.entries(constants.errno).map(([name, errno]) => [errno, name]));

interface SystemError {
  /** By the name that its system gives it. */
  code: string;
  message: string;
  path?: string;
  syscall?: string;
}

/** The error in the table that caused what was thrown. */
function systemErrorIn(thrown: unknown, depth = 0): SystemError | undefined {
  if (!(thrown instanceof Error) || depth > 8) return undefined;
  const code = codeOf(thrown);
  if (code !== undefined && code in KNOWN) {
    const { message, path, syscall } = thrown as NodeJS.ErrnoException;
    return {
      code,
      message,
      ...(path === undefined ? {} : { path }),
      ...(syscall === undefined ? {} : { syscall }),
    };
  }
  const below =
    thrown instanceof AggregateError ? [thrown.cause, ...(thrown.errors as unknown[])] : [thrown.cause];
  for (const one of below) {
    const found = systemErrorIn(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSystemCall(thrown: unknown): boolean {
  return codeOf(thrown) !== undefined && typeof (thrown as NodeJS.ErrnoException).syscall === 'string';
}

/** The code of the system; that of a ChaosError is the program's own. */
function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown instanceof ChaosError) return undefined;
  const { code, errno } = thrown as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  return NAMELESS.test(code) ? (NAMES.get(-(errno ?? 0)) ?? code) : code;
}
