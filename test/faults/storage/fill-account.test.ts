import { describe, expect, it } from 'vitest';
import { fillAccount } from '../../../src/faults/storage/fill-account.ts';

const options = { kind: 'fill-account', cluster: 'c', account: 'APP', storage: 'file', keep: false } as const;
const storing = (usedBytes: number, filler = false, refusal: string | null = null) => ({
  account: { usedBytes, limitBytes: 10_000, filler, refusal },
});
const silent = { account: null };
const full = storing(9_900, true, 'resource limits exceeded for account (10002)');

describe('fill-account', () => {
  it('changes nothing where the account is full, filled already, without a limit or unknown', () => {
    expect(fillAccount.vacuous(storing(1_000))).toBeNull();
    expect(fillAccount.vacuous(storing(9_900))).toBe('the account was full already');
    expect(fillAccount.vacuous(storing(1_000, true))).toBe('the account was full already');
    expect(fillAccount.vacuous({ account: { ...storing(1_000).account, limitBytes: -1 } })).toBe(
      'the account has no limit',
    );
    expect(fillAccount.vacuous(silent)).toBe('the cluster says nothing of the account');
  });

  it('is in force only when the account itself is at its limit, and one more message is refused', () => {
    const judge = (now: typeof full | typeof silent) => fillAccount.inForce(storing(1_000), now, options);
    expect(judge(full)).toEqual({
      proven: true,
      statement:
        'the account stores 9900 bytes of 10000, and is refused more: resource limits exceeded for account (10002)',
    });
    // A server that is full refuses as well.
    expect(judge(storing(6_000, true, 'insufficient resources (10023)')).proven).toBe(false);
    expect(judge(storing(9_900, true)).proven).toBe(false);
    expect(judge(silent).proven).toBe(false);
  });

  it('is removed only when the filler is gone and there is room again', () => {
    const judge = (now: typeof full | typeof silent) => fillAccount.removed(full, now, options).proven;
    expect(judge(storing(1_000))).toBe(true);
    expect(judge(storing(1_000, true))).toBe(false);
    expect(judge(storing(9_900))).toBe(false);
    expect(judge(silent)).toBe(false);
  });

  it('is undone by deleting its stream', () => {
    expect(
      fillAccount.undo({ nodes: ['c/n1'], links: [], roles: {} }, options, {
        driver: 'process',
        fault: 'f1',
      }),
    ).toEqual([
      {
        driver: 'process',
        op: 'jetstream.delete-stream',
        args: { cluster: 'c', account: 'APP', stream: 'chaos_filler_c' },
      },
    ]);
  });
});
