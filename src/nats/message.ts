import { createHash } from 'node:crypto';
import { ChaosError } from '../support/errors.ts';
import type { Bytes } from '../support/units.ts';

const PADDING = Buffer.from('abcdefghijklmnopqrstuvwxyz');
/** Longer than any identity that fits the smallest body plus a long workload name. */
const MAX_IDENTITY_BYTES = 512;

/** `<run>/<workload>/<n>`: tells a message from every other of every run. */
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
  const body = Buffer.alloc(sizeBytes, PADDING);
  const length = Buffer.byteLength(identity);
  if (length >= sizeBytes) {
    throw new ChaosError('invalid', `a body of ${sizeBytes} B cannot hold the identity ${identity}`, {
      hint: `Give the workload a size of at least ${length + 1}B.`,
    });
  }
  body.write(identity);
  body[length] = 0x0a;
  return body;
}

/** The identity at the start of a body, or null when no workload of this run wrote it. */
export function identityIn(body: Uint8Array, runId: string): string | null {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_IDENTITY_BYTES));
  const end = head.indexOf(0x0a);
  if (end < 0) return null;
  const identity = head.toString('utf8', 0, end);
  return identity.startsWith(`${runId}/`) && /^[^/]+\/[^/]+\/[1-9]\d*$/.test(identity) ? identity : null;
}

/** SHA-256 of a body, first 16 hex digits. */
export function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}
