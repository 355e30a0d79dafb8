import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, digestOf, identityIn, identityOf } from '../../src/nats/message.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);

test('a body has its size, gives its identity back, and is the same each time', () => {
  fc.assert(
    fc.property(name, fc.integer({ min: 1 }), fc.integer({ min: 64, max: 5000 }), (workload, n, size) => {
      const id = identityOf('0badcafe', workload, n);
      const body = bodyOf(id, size);
      expect(body).toHaveLength(size);
      expect(identityIn(body, '0badcafe')).toBe(id);
      expect(identityIn(body, '0badcaf0')).toBeNull();
      expect(digestOf(body)).toBe(digestOf(bodyOf(id, size)));
    }),
  );
});

test('a body of one message is never that of another', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1 }), { minLength: 2, maxLength: 2 }), ([a, b]) => {
      expect(digestOf(bodyOf(`run/p/${a}`, 64))).not.toBe(digestOf(bodyOf(`run/p/${b}`, 64)));
    }),
  );
});

test('no body of anyone else is taken for one of this run', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(identityIn(bytes, '0badcafe')).toBeNull();
    }),
  );
});

test('an identity that does not fit is refused, with the size that it needs', () => {
  expect(() => bodyOf('run/p/1', 7)).toThrow(/a body of 7 B cannot hold the identity run\/p\/1/);
  expect(bodyOf('run/p/1', 8)).toHaveLength(8);
});
