import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge, type Op, type Read } from './history.ts';

/** A small history, what is in it, and what the check must say of it. */
interface HandMade {
  says: string;
  ops: Op[];
  consistency?: string;
  read?: Read;
  verdict: string;
  counts: Record<string, number>;
  /** Part of the statement. */
  statement: string;
}

const folder = new URL('cases/', import.meta.url);

test.each(readdirSync(folder).map((file) => [file] as const))('%s', (file) => {
  const { ops, consistency, read, verdict, counts, statement } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  ) as HandMade;
  const finding = judge(ops, consistency, read);
  expect(finding).toMatchObject({ check: 'kv-linearizable', verdict, counts });
  expect(finding.statement).toContain(statement);
});
