import { describe, expect, it } from 'vitest';
import { UndoStack } from '../../../src/run/undo/undo-stack.ts';
import type { UndoRecord } from '../../../src/support/undo-record.ts';

const record = (op: string): UndoRecord => ({ driver: 'process', op, args: {} });

describe('the undo stack', () => {
  it('undoes last in, first out, and forgets what is undone', async () => {
    const done: string[] = [];
    const stack = new UndoStack(
      ({ op }) => {
        done.push(op);
        return Promise.resolve();
      },
      () => 0,
    );
    for (const op of ['one', 'two', 'three']) stack.push('f', record(op));
    await stack.undo('f');
    await stack.undo('f');
    expect(done).toEqual(['three', 'two', 'one']);
    expect(stack.owners()).toEqual([]);
  });

  it('undoes one fault alone, and names the faults from the last to the first', async () => {
    const done: string[] = [];
    const stack = new UndoStack(
      ({ op }) => {
        done.push(op);
        return Promise.resolve();
      },
      () => 0,
    );
    stack.push('a', record('heal a'));
    stack.push('b', record('heal b'));
    expect(stack.owners()).toEqual(['b', 'a']);
    await stack.undo('a');
    expect(done).toEqual(['heal a']);
    expect(stack.owners()).toEqual(['b']);
  });

  it('tries again, counts the attempts, and keeps what it could not undo', async () => {
    let failures = 2;
    const stack = new UndoStack(
      () => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('the proxy hangs')) : Promise.resolve();
      },
      () => 0,
    );
    stack.push('f', record('heal'));
    expect(await stack.undo('f')).toMatchObject([{ ok: true, attempts: 3 }]);

    const hopeless = new UndoStack(
      () => Promise.reject(new Error('the proxy is gone')),
      () => 0,
    );
    hopeless.push('f', record('heal'));
    expect(await hopeless.undo('f')).toMatchObject([{ ok: false, attempts: 4, error: 'the proxy is gone' }]);
    expect(await hopeless.undo('f')).toMatchObject([{ ok: false, attempts: 1 }]);
    expect(hopeless.owners()).toEqual(['f']);
  });
});
