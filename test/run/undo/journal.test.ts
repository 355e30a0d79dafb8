import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal, readJournal } from '../../../src/run/undo/journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives back what was written, and leaves out a line that a crash has cut off', () => {
  const path = join(folder, 'journal.ndjson');
  const journal = new Journal(path);
  const records = [
    { driver: 'process', op: 'links.release', args: { links: ['a', 'b'] } },
    { driver: 'process', op: 'processes.start', args: { node: 'c/n' } },
  ];
  for (const record of records) journal.append(record);
  expect(readJournal(path)).toEqual(records);
  appendFileSync(path, '{"driver":"process","op":"li');
  expect(readJournal(path)).toEqual(records);
  journal.close();
});
