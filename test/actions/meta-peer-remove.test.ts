import { expect, it } from 'vitest';
import { hasForgotten } from '../../src/actions/meta-peer-remove.ts';

const [n1, n2, n3] = ['n1', 'n2', 'n3'].map((name) => ({ name })) as [
  { name: string },
  { name: string },
  { name: string },
];

it('takes a node for forgotten only by the word of a leader that names all the others', () => {
  const forgotten = (...peers: string[]): boolean => hasForgotten({ peers }, n3, [n1, n2]);
  expect(forgotten('n1', 'n2', 'n3')).toBe(false);
  expect(forgotten('n1', 'n2')).toBe(true);
  // What a leader says in the moment of its election.
  expect(forgotten('n1')).toBe(false);
  expect(hasForgotten(null, n3, [n1, n2])).toBe(false);
});
