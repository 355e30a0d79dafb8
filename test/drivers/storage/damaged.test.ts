import { expect, it } from 'vitest';
import { damaged } from '../../../src/drivers/storage/damaged.ts';

it('a damage cuts a file off, flips bits in it, or takes it away, and leaves what it was given alone', () => {
  const content = Buffer.from([0b0000_0001, 0xff, 7]);
  expect(damaged(content, { kind: 'truncate', toBytes: 2 })).toEqual(Buffer.from([1, 0xff]));
  const bits = [
    { offset: 0, bit: 1 },
    { offset: 2, bit: 0 },
  ];
  expect(damaged(content, { kind: 'flip', bits })).toEqual(Buffer.from([0b11, 0xff, 6]));
  expect(damaged(content, { kind: 'delete' })).toBeNull();
  expect(content).toEqual(Buffer.from([1, 0xff, 7]));
});
