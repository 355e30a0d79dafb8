import { load } from 'js-yaml';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkers } from '../../src/checkers/index.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { historyIn, seriesIn, type HandMade } from './hand-made.ts';

/** They judge other things than messages of streams, and have histories of their own. */
const ELSEWHERE = [
  'kv-linearizable',
  'assets-model',
  'answered',
  'at-most-once',
  'at-least-once',
  'objects-intact',
  'isolated',
  'quota-held',
  'slo',
];

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder);

function read(file: string): HandMade {
  return load(readFileSync(new URL(file, folder), 'utf8')) as HandMade;
}

test.each(files.map((file) => [file] as const))('%s', (file) => {
  const one = read(file);
  const checks = [{ kind: one.check.kind, options: one.check }];
  const [finding] = runChecks(historyIn(one), checks, { series: seriesIn(one) });
  expect(finding).toMatchObject({ check: one.check.kind, verdict: one.verdict, counts: one.counts ?? {} });
  expect(finding?.statement).toContain(one.statement);
  expect(finding?.examples.map(({ seq = null }) => seq)).toEqual(one.examples ?? []);
});

test('of every check there is a history that passes, one that fails, and one of which nothing can be said', () => {
  const there = files.map((file) => read(file)).map(({ check, verdict }) => `${check.kind} ${verdict}`);
  const kinds = checkers.map(({ kind }) => kind).filter((kind) => !ELSEWHERE.includes(kind));
  const wanted = kinds.flatMap((kind) =>
    ['pass', 'fail', 'inconclusive'].map((verdict) => `${kind} ${verdict}`),
  );
  expect([...new Set(there)].sort()).toEqual(wanted.sort());
});
