import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentProblems, experimentProblems } from '../../src/experiment/rules/problems.ts';
import { readDocument } from '../../src/experiment/source/document.ts';
import { inventoryOf } from '../../src/experiment/resolve/inventory.ts';
import { formatProblems, type Problem } from '../../src/experiment/source/problem.ts';
import { sourceOf } from '../../src/experiment/source/source.ts';
import { editDistance, nearest } from '../../src/experiment/source/suggest.ts';

const good = join(import.meta.dirname, '../fixtures/good');
const experiment = readFileSync(join(good, 'language-experiment.yaml'), 'utf8');
const environment = readFileSync(join(good, 'environments/dual-mirror.yaml'), 'utf8');
const inventory = inventoryOf(readDocument(sourceOf(environment, 'e.yaml'), {}).value);

function problemsOf(text: string): Problem[] {
  const document = readDocument(sourceOf(text, 'x.yaml'), {});
  return [
    ...experimentProblems(document, inventory),
    ...environmentProblems(document, inventoryOf(document.value)),
  ];
}

function expectInside(problems: Problem[], text: string): void {
  const lines = text.split('\n');
  for (const { line, column, length, message } of problems) {
    expect(line, message).toBeGreaterThanOrEqual(1);
    expect(line, message).toBeLessThanOrEqual(lines.length);
    expect(column, message).toBeGreaterThanOrEqual(1);
    expect(column - 1 + length, message).toBeLessThanOrEqual((lines[line - 1] ?? '').length);
  }
}

const yamlish = fc.string({
  unit: fc.constantFrom(
    ...Array.from('ab:-?[]{}#&*!|>\'"%@`,.$\n \t0159~\r'),
    '${',
    '$${',
    ': ',
    '\n  ',
    '\n- ',
    '<<: ',
    'é',
    '😀',
  ),
  maxLength: 80,
});

describe('whatever the text', () => {
  it('is read without a crash, and every problem is inside the file', () => {
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
        const problems = problemsOf(text);
        expect(problems.length).toBeGreaterThan(0);
        expectInside(problems, text);
        formatProblems(problems);
      }),
      { numRuns: 400 },
    );
  });

  it('holds for experiments and environments that were damaged', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(experiment, environment),
        fc.nat(),
        fc.nat(12),
        yamlish,
        (whole, at, cut, insert) => {
          const start = at % whole.length;
          const text = whole.slice(0, start) + insert + whole.slice(start + cut);
          expectInside(problemsOf(text), text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds nothing wrong with what is right', () => {
    const document = readDocument(sourceOf(experiment, 'x.yaml'), {});
    expect(experimentProblems(document, inventory)).toEqual([]);
  });
});

describe('what was probably meant', () => {
  it('counts a swap, a slip, a missing and an extra letter as one each', () => {
    expect(editDistance('publihs', 'publish')).toBe(1);
    expect(editDistance('rat', 'rate')).toBe(1);
    expect(editDistance('ratee', 'rate')).toBe(1);
    expect(editDistance('lag', 'leg')).toBe(1);
  });

  it('is the same both ways, and zero only for the same word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('is nothing when nothing is near, however long the folder that two addresses share', () => {
    expect(nearest('banana', ['publish', 'consume'])).toBeUndefined();
    expect(nearest('cluster/zz', ['cluster/orders', 'cluster/a'])).toBeUndefined();
    expect(nearest('qa1a/consumr', ['qa1a/consumer', 'qa1b/consumer'])).toBe('qa1a/consumer');
  });
});
