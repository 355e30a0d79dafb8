import { expect, it } from 'vitest';
import { hasForgotten, isMember } from '../../src/actions/meta-members.ts';

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

it('takes a node for a member again only by the word of a leader that names all the others', () => {
  const member = (peers: string[], current = peers): boolean => isMember({ peers, current }, n3, [n1, n2]);
  expect(member(['n1', 'n2', 'n3'])).toBe(true);
  expect(member(['n1', 'n3'])).toBe(false);
  // Another node may be down, which is nothing that this one could mend.
  expect(member(['n1', 'n2', 'n3'], ['n1', 'n3'])).toBe(true);
  expect(member(['n1', 'n2', 'n3'], ['n1', 'n2'])).toBe(false);
  expect(isMember(null, n3, [n1, n2])).toBe(false);
});
