import { ChaosError } from './errors.ts';
import type { Bytes } from './units.ts';

const PADDING = Buffer.from('abcdefghijklmnopqrstuvwxyz');

/** `<run>/<workload>/<n>`: unique for every message of every run. */
export function identityOf(runId: string, workload: string, n: number): string {
  return `${runId}/${workload}/${n}`;
}

/**
 * A body of `sizeBytes` that begins with the identity and a line feed, so that a copy stored without its header
 * is still recognised; the rest follows from the identity's length and the size alone.
 *
 * @throws ChaosError `invalid` when the identity does not fit
 */
export function bodyOf(identity: string, sizeBytes: Bytes): Uint8Array {
  demandRoom(identity, sizeBytes);
  const body = paddingOf(sizeBytes);
  body.write(`${identity}\n`);
  return body;
}

/** @throws ChaosError `invalid` when the identity does not fit in a body of this size */
export function demandRoom(identity: string, sizeBytes: Bytes): void {
  const length = Buffer.byteLength(identity);
  if (length < sizeBytes) return;
  throw new ChaosError('invalid', `a body of ${sizeBytes} B cannot hold the identity ${identity}`, {
    hint: `Give the workload a size of at least ${length + 1}B.`,
  });
}

/** What a body holds before its identity is written to its beginning. */
export function paddingOf(sizeBytes: Bytes): Buffer {
  return Buffer.alloc(sizeBytes, PADDING);
}
