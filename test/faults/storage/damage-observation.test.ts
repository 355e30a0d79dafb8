import { describe, expect, it } from 'vitest';
import {
  damageInForce,
  damageRemoved,
  type DamageObservation,
} from '../../../src/faults/storage/damage-observation.ts';

type Node = DamageObservation[string];

const file: Node['damaged'][number] = {
  path: 'msgs/1.blk',
  damage: { kind: 'flip', bits: [{ offset: 7, bit: 3 }] },
  sizeBytes: 100,
  before: 'aaaa',
  after: 'bbbb',
  now: 'bbbb',
};
const damaged: Node = { state: 'running', answers: true, damaged: [file], copied: null, putBack: null };
const seen = (node: Partial<Node>): DamageObservation => ({ 'a/n1': { ...damaged, ...node } });

describe('damage is in force', () => {
  it('when the checksum has changed and the node works with it', () => {
    expect(damageInForce(seen({}))).toEqual({
      proven: true,
      statement:
        'a/n1 is running and answers; msgs/1.blk (100 bytes) has flipped bits at 7.3: SHA-256 aaaa before, bbbb after',
    });
  });

  it.each<[string, Partial<Node>]>([
    ['nothing was damaged', { damaged: [] }],
    ['the file is what it was', { damaged: [{ ...file, after: 'aaaa' }] }],
    ['the node does not answer', { answers: false }],
    ['the node is down', { state: 'down' }],
  ])('but not when %s', (_, node) => {
    expect(damageInForce(seen(node)).proven).toBe(false);
    expect(damageInForce({ ...seen({}), 'a/n2': { ...damaged, ...node } }).proven).toBe(false);
  });

  it('and not when no node was looked at', () => {
    expect(damageInForce({}).proven).toBe(false);
  });
});

describe('damage is gone', () => {
  it.each([
    ['bbbb', 'msgs/1.blk is as the damage left it'],
    ['aaaa', 'the server has repaired it'],
    ['cccc', 'has been written anew since'],
    [null, 'has been removed since'],
  ])('as far as it can be when the node runs, and says what became of the file (%s)', (now, words) => {
    const proof = damageRemoved(seen({ damaged: [{ ...file, now }] }));
    expect(proof.proven).toBe(true);
    expect(proof.statement).toContain('nothing is put back: ');
    expect(proof.statement).toContain(words);
  });

  it('only once the copy of the store, where there is one, was put back whole', () => {
    expect(damageRemoved(seen({ copied: 'dddd', putBack: 'dddd' })).proven).toBe(true);
    expect(damageRemoved(seen({ copied: 'dddd' })).proven).toBe(false);
    expect(damageRemoved(seen({ copied: 'dddd', putBack: 'eeee' })).proven).toBe(false);
  });

  it('not while a node is down', () => {
    expect(damageRemoved(seen({ state: 'down', answers: false })).proven).toBe(false);
  });
});
