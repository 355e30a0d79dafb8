import { ChaosError, type ErrorCode } from './errors.ts';

/** An error as data, for another thread: there, a copy of an error has lost its class and its code. */
export interface PlainError {
  name: string;
  message: string;
  stack?: string;
  /** Of a ChaosError, or of the operating system. */
  code?: string;
  hint?: string;
  /** Of an error of the operating system. */
  errno?: number;
  syscall?: string;
  path?: string;
  cause?: PlainError;
}

export function toPlainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { code, hint, errno, syscall, path } = thrown as Partial<PlainError>;
  const { name, message, stack, cause } = thrown;
  const known = { stack, code, hint, errno, syscall, path };
  const said = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { name, message, ...said, ...(cause === undefined ? {} : { cause: toPlainError(cause) }) };
}

export function fromPlainError({ name, message, hint, cause, ...rest }: PlainError): Error {
  const why = cause === undefined ? {} : { cause: fromPlainError(cause) };
  if (name === 'ChaosError') {
    const options = { ...why, ...(hint === undefined ? {} : { hint }) };
    const error = new ChaosError((rest.code ?? 'failed') as ErrorCode, message, options);
    return rest.stack === undefined ? error : Object.assign(error, { stack: rest.stack });
  }
  return Object.assign(new Error(message, why), { name, ...rest });
}
