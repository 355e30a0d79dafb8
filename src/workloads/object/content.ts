import { seededRandom } from '../../support/random.ts';
import type { Bytes } from '../../support/units.ts';

/** The content of a write: its identity, a line feed, and numbers that only this write has. */
export function contentOf(identity: string, n: number, sizeBytes: Bytes): Uint8Array {
  const content = Buffer.alloc(sizeBytes);
  const random = seededRandom(n);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) content.writeUInt32LE(random.next() * 2 ** 32, at);
  content.write(`${identity}\n`);
  return content;
}
