import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActionUndo } from '../../../src/run/undo/action-undo.ts';
import { Journal, readJournal } from '../../../src/run/undo/journal.ts';
import { UndoStack } from '../../../src/run/undo/undo-stack.ts';
import type { UndoRecord } from '../../../src/support/undo-record.ts';

const record = (op: string): UndoRecord => ({ driver: 'process', op, args: {} });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'action-undo-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(fails: (op: string) => boolean = () => false) {
  const done: string[] = [];
  const lines: string[] = [];
  const stack = new UndoStack(
    ({ op }) => {
      done.push(op);
      return fails(op) ? Promise.reject(new Error('no answer')) : Promise.resolve();
    },
    () => 0,
    () => true,
  );
  const journal = new Journal(join(folder, 'journal'));
  const log = (_kind: string, text: string): void => void lines.push(text);
  return { undo: new ActionUndo(journal, stack, { log }), done, lines, path: journal.path };
}

describe('what actions leave to be undone', () => {
  it('is on the disk before the action is done', () => {
    const { undo, path, done } = made();
    undo.add('pause of c/s/x', record('resume'));
    expect(readJournal(path)).toEqual([record('resume')]);
    expect(done).toEqual([]);
  });

  it('is undone once, the last first', async () => {
    const { undo, done, lines } = made();
    undo.add('one', record('first'));
    undo.add('two', record('second'));
    await undo.undoAll();
    await undo.undoAll();
    expect(done).toEqual(['second', 'first']);
    expect(lines).toEqual(['two (action 2): undone', 'one (action 1): undone']);
    expect(undo.left).toEqual([]);
  });

  it('is named where it cannot be undone, and does not keep the rest from it', async () => {
    const { undo, done } = made((op) => op === 'second');
    undo.add('one', record('first'));
    undo.add('two', record('second'));
    await undo.undoAll();
    expect(undo.left).toEqual(['two (action 2) could not be undone: no answer']);
    expect(done).toEqual(['second', 'first']);
  });
});
