import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '../../../src/drivers/driver.ts';
import { blastProblem, minorityOf } from '../../../src/experiment/resolve/blast-radius.ts';
import { refusalOf } from '../../../src/run/faults/blast-radius.ts';

const nodes: NodeInfo[] = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'b/3', 'b/4', 'b/5'].map((address) => {
  const [cluster = '', name = ''] = address.split('/');
  return { address, cluster, name, client: '', monitor: '' };
});

describe('what faults may take down at once', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 2],
  ])('is a minority of a cluster of %i: %i', (size, minority) => {
    expect(minorityOf(size)).toBe(minority);
    const cluster = { name: 'c', size };
    expect(blastProblem(cluster, minority, [], undefined)).toBeNull();
    expect(blastProblem(cluster, minority + 1, [], undefined)).toContain(
      `say maxNodesDown: ${minority + 1} at the top`,
    );
  });

  it.each<[string, string[], string[], number | undefined, RegExp | null]>([
    ['one of three', [], ['a/1'], undefined, null],
    ['two of three', [], ['a/1', 'a/2'], undefined, /2 of 3 nodes of a would be down at once \(a\/1, a\/2\)/],
    ['one more', ['a/3'], ['a/1'], undefined, /2 of 3 nodes of a/],
    ['the same one', ['a/1'], ['a/1'], undefined, null],
    ['one in each cluster', ['a/1'], ['b/1', 'b/2'], undefined, null],
    ['what the file allows', ['a/1'], ['a/2', 'a/3'], 3, null],
    ['more than the file allows', ['b/1'], ['b/2'], 1, /maxNodesDown allows 1$/],
    ['nothing at all', [], ['b/2'], 0, /maxNodesDown allows 0$/],
    ['a cluster that is not affected', ['a/1', 'a/2'], ['b/1'], undefined, null],
  ])('%s', (_name, down, active, allowed, refusal) => {
    const said = refusalOf(nodes, down, active, allowed);
    if (refusal === null) expect(said).toBeNull();
    else expect(said).toMatch(refusal);
  });
});
