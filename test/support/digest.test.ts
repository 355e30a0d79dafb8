import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestInto } from '../../src/support/digest.ts';

// By mmh3.hash_bytes(body, x64arch=False) of Python's mmh3, whose words are little-endian.
test.each([
  ['', 0, 0],
  ['a', 0xa794933c, 0x5556b01b],
  ['The quick brown fox jumps over the lazy dog', 0x2f1583c3, 0xecee2c67],
])('the digest of %j is that of MurmurHash3', (text, high, low) => {
  expect(digestOf(Buffer.from(text))).toEqual([high, low]);
});

test('so is that of every byte there is', () => {
  expect(digestOf(Uint8Array.from({ length: 256 }, (_, at) => at))).toEqual([0x2c56c88f, 0xdb4503df]);
});

test('a byte that differs makes another digest, wherever it is', () => {
  const bodies = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, by) => {
      const other = Uint8Array.from(body);
      other[at % body.length] = (other[at % body.length] ?? 0) ^ by;
      expect(digestOf(other)).not.toEqual(digestOf(body));
      expect(digestOf(Uint8Array.from(body))).toEqual(digestOf(body));
    }),
  );
});

test('zeros at the end count', () => {
  expect(digestOf(new Uint8Array(16))).not.toEqual(digestOf(new Uint8Array(17)));
  expect(digestOf(new Uint8Array(3))).not.toEqual(digestOf(new Uint8Array(4)));
});

function digestOf(body: Uint8Array): [number, number] {
  const digest: [number, number] = [0, 0];
  digestInto(digest, body);
  return digest;
}
