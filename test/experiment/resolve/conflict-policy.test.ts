import { describe, expect, it } from 'vitest';
import { conflictPolicyOf } from '../../../src/experiment/resolve/conflict-policy.ts';

describe('what becomes of a fault that meets another', () => {
  it.each([
    ['by name, once', { nodes: 'a/1' }, 'end'],
    ['by names, once', { nodes: ['a/1', 'a/2'] }, 'end'],
    ['who leads leaves no choice', { nodes: ['a/s@leader', 'a@meta-leader', 'a@all'] }, 'end'],
    ['on links, once', { between: ['a', 'b'] }, 'end'],
    ['again and again', { nodes: 'a/1', for: '1s', every: '2s' }, 'skip'],
    ['links again and again', { between: ['a', 'b'], for: '1s', every: '2s' }, 'skip'],
    ['any', { nodes: 'a@any' }, 'skip'],
    ['a follower', { nodes: 'a/s@follower' }, 'skip'],
    ['a share, beside a name', { nodes: ['a/1', 'a@50%'] }, 'skip'],
    ['a minority', { nodes: 'a@minority' }, 'skip'],
    ['a majority', { nodes: 'a@majority' }, 'skip'],
    ['as it says', { nodes: 'a@any', onConflict: 'end' }, 'end'],
    ['as it says, too', { nodes: 'a/1', onConflict: 'wait' }, 'wait'],
    ['what is wrong is told elsewhere', { nodes: 'a/1', onConflict: 'ignore' }, 'end'],
  ])('%s', (_name, fault, policy) => {
    expect(conflictPolicyOf(fault)).toBe(policy);
  });
});
