import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, identityOf } from '../../src/support/message-body.ts';
import { NOBODY, Sender } from '../../src/nats/sender.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);

test('a body has its size, says who wrote it, and is the same each time', () => {
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
  const n = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(names, fc.nat(), n, fc.integer({ min: 64, max: 5000 }), (publishers, at, number, size) => {
      const by = at % publishers.length;
      const id = identityOf('0badcafe', publishers[by] ?? '', number);
      const body = bodyOf(id, size);
      expect(body).toHaveLength(size);
      expect(senderOf(body, '0badcafe', publishers)).toEqual([by, number]);
      expect(senderOf(body, '0badcaf0', publishers)).toEqual([NOBODY, 0]);
      expect(Buffer.compare(body, bodyOf(id, size))).toBe(0);
    }),
  );
});

test('a body of one message is never that of another', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1 }), { minLength: 2, maxLength: 2 }), ([a, b]) => {
      expect(Buffer.compare(bodyOf(`run/p/${a}`, 64), bodyOf(`run/p/${b}`, 64))).not.toBe(0);
    }),
  );
});

test('no body of anyone else is taken for one of this run', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(senderOf(bytes, '0badcafe', ['p'])).toEqual([NOBODY, 0]);
    }),
  );
});

test.each([
  '',
  'run/p/',
  'run/p/\n',
  'run/p/1',
  'run/p/x\n',
  'run/p/01\n',
  'run/p/0\n',
  'run/q/1\n',
  'run/pp/1\n',
])('the body %j is of nobody', (text) => {
  expect(senderOf(Buffer.from(text), 'run', ['p'])).toEqual([NOBODY, 0]);
});

test('a number that no history holds is of nobody', () => {
  expect(senderOf(Buffer.from(`run/p/${2 ** 32 - 1}\n`), 'run', ['p'])).toEqual([0, 2 ** 32 - 1]);
  for (const n of [`${2 ** 32}`, '9'.repeat(40)])
    expect(senderOf(Buffer.from(`run/p/${n}\n`), 'run', ['p'])).toEqual([NOBODY, 0]);
});

test('the sender of a message is not that of the one before', () => {
  const sender = new Sender('run', ['p', 'pq']);
  const read = (text: string): number[] => {
    sender.read(Buffer.from(text));
    return [sender.by, sender.n];
  };
  expect([read('run/p/1\n'), read('run/pq/2\n'), read('hello'), read('run/p/3\n')]).toEqual([
    [0, 1],
    [1, 2],
    [NOBODY, 0],
    [0, 3],
  ]);
});

test('an identity that does not fit is refused, with the size that it needs', () => {
  expect(() => bodyOf('run/p/1', 7)).toThrow(/a body of 7 B cannot hold the identity run\/p\/1/);
  expect(bodyOf('run/p/1', 8)).toHaveLength(8);
});

function senderOf(body: Uint8Array, runId: string, publishers: readonly string[]): [number, number] {
  const sender = new Sender(runId, publishers);
  sender.read(body);
  return [sender.by, sender.n];
}
