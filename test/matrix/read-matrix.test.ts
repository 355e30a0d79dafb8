import { expect, it } from 'vitest';
import { readMatrix } from '../../src/matrix/read-matrix.ts';
import { matrixOf } from './matrices.ts';

it('is read as it was written', () => {
  expect(readMatrix(JSON.stringify(matrixOf()), 'matrix.json')).toEqual(matrixOf());
});

it.each([
  ['{"schemaVersion":1,"ru', 'matrix.json is not JSON'],
  ['null', 'no list experiments, columns, runs'],
  [JSON.stringify({ ...matrixOf(), columns: undefined }), 'it has no list columns'],
  [JSON.stringify({ ...matrixOf(), schemaVersion: 2 }), '(schemaVersion 1)'],
])('%s is refused', (text, why) => {
  expect(() => readMatrix(text, 'matrix.json')).toThrow(why);
});
