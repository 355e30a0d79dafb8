import { describe, expect, it } from 'vitest';
import { fillStorage } from '../../../src/faults/storage/fill-storage.ts';

const options = { kind: 'fill-storage', nodes: 'c/n1', account: 'APP', keep: false } as const;
const node = (usedBytes: number, filler = false, refusal: string | null = null) => ({
  usedBytes,
  limitBytes: 100,
  filler,
  refusal,
});
const empty = { 'c/n1': node(10) };
const full = { 'c/n1': node(101, true, 'insufficient resources (10023)') };

describe('fill-storage', () => {
  it('changes nothing where a node is full, filled already or silent', () => {
    expect(fillStorage.vacuous(empty)).toBeNull();
    expect(fillStorage.vacuous({ ...empty, 'c/n2': node(101) })).toMatch(/^the storage of c\/n2 was filled/);
    expect(fillStorage.vacuous({ 'c/n1': node(10, true) })).toMatch(/filled already/);
    expect(fillStorage.vacuous({ 'c/n1': null })).toBe('c/n1 does not answer');
  });

  it('is in force only when every node is over its limit and refuses one more message', () => {
    const judge = (now: Parameters<typeof fillStorage.inForce>[1]) =>
      fillStorage.inForce(empty, now, options);
    expect(judge(full)).toEqual({
      proven: true,
      statement: 'c/n1 stores 101 bytes of 100, and refuses more: insufficient resources (10023)',
    });
    expect(judge({ ...full, 'c/n2': node(100, true, 'refused') }).proven).toBe(false);
    expect(judge({ 'c/n1': node(101, true) }).proven).toBe(false);
    expect(judge({ 'c/n1': null }).proven).toBe(false);
    expect(judge({}).proven).toBe(false);
  });

  it('is removed only when the filler is gone and there is room again', () => {
    const judge = (now: Parameters<typeof fillStorage.removed>[1]) =>
      fillStorage.removed(empty, now, options).proven;
    expect(judge(empty)).toBe(true);
    expect(judge({ 'c/n1': node(10, true) })).toBe(false);
    expect(judge({ 'c/n1': node(101) })).toBe(false);
    expect(judge({ 'c/n1': null })).toBe(false);
  });

  it('is undone by deleting a stream for each node', () => {
    expect(
      fillStorage.undo({ nodes: ['c/n1', 'c/n2'], links: [], roles: {} }, options, {
        driver: 'process',
        fault: 'f1',
      }),
    ).toEqual(
      ['chaos_filler_c_n1', 'chaos_filler_c_n2'].map((stream) => ({
        driver: 'process',
        op: 'jetstream.delete-stream',
        args: { cluster: 'c', account: 'APP', stream },
      })),
    );
  });
});
