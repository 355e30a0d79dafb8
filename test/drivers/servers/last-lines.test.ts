import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastLinesIn, lastLinesOf } from '../../../src/drivers/servers/last-lines.ts';

const chatter = Array.from(
  { length: 40 },
  (_, i) => `[7] 2026/11/28 21:00:00.00000${i % 10} [INF] line ${i}`,
);
const dump = Array.from({ length: 3_000 }, (_, i) => `goroutine ${i} [select]:`);

it('keeps the line that says why, and what follows it, however long the dump is', () => {
  const lines = lastLinesOf([...chatter, 'panic: boom', '', ...dump].join('\n'));
  expect(lines[0]).toBe('panic: boom');
  expect(lines).toHaveLength(20);
});

it('keeps the very last lines where none says why', () => {
  expect(lastLinesOf(chatter.join('\n'))).toEqual(chatter.slice(-10));
  expect(lastLinesOf('')).toEqual([]);
});

it('takes the cause and not what it led to', () => {
  const lines = lastLinesOf('panic: a\n[7] 2026/11/28 21:00:00.000001 [FTL] b\n');
  expect(lines[0]).toBe('panic: a');
});

it('cuts lines that are too long', () => {
  expect(lastLinesOf(`panic: ${'x'.repeat(9_000)}`)[0]).toHaveLength(501);
});

it('reads a file from where a server began, so that an earlier end is not taken for this one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-lines-'));
  try {
    const path = join(folder, 'n1.log');
    writeFileSync(path, 'panic: of before\nstarted again\nended\n');
    expect(lastLinesIn(path, 'panic: of before\n'.length)).toEqual(['started again', 'ended']);
    expect(lastLinesIn(join(folder, 'none.log'), 0)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
