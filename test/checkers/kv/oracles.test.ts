import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLeftOut } from '../../support/surroundings/left-out.ts';
import { canBeOrdered, inRealTime, inSessions } from '../oracle/search.ts';
import { forOracle, generated } from './generated.ts';
import { judge, type Op } from './history.ts';

/** No write without an answer can be ruled out, as the oracles know of no proof either. */
const OPEN_END = { last: 1_000_000 };

describe('kv-linearizable against a search through all orders', () => {
  test('one key, in real time', () => {
    const verdicts = { pass: 0, fail: 0, inconclusive: 0 };
    fc.assert(
      fc.property(generated(1), (ops) => {
        const { verdict } = judged(ops, 'linearizable');
        verdicts[verdict] += 1;
        agrees(verdict, canBeOrdered(forOracle(ops), inRealTime), ops);
      }),
      { numRuns: 2000 },
    );
    expect(verdicts.pass).toBeGreaterThan(100);
    expect(verdicts.fail).toBeGreaterThan(100);
    expect(verdicts.inconclusive).toBeLessThan(150);
  });

  test('two keys, client by client', () => {
    const verdicts = { pass: 0, fail: 0, inconclusive: 0 };
    fc.assert(
      fc.property(generated(2), (ops) => {
        const { verdict } = judged(ops, 'sequential');
        verdicts[verdict] += 1;
        agrees(verdict, canBeOrdered(forOracle(ops), inSessions), ops);
      }),
      { numRuns: 2000 },
    );
    expect(verdicts.pass).toBeGreaterThan(100);
    expect(verdicts.fail).toBeGreaterThan(100);
    expect(verdicts.inconclusive).toBeLessThan(150);
  });
});

describe.skipIf(isLeftOut('go'))('kv-linearizable against Porcupine', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'porcupine-'));
  const program = join(folder, 'porcupine');

  beforeAll(async () => {
    await run('go', ['build', '-o', program, '.'], new URL('../oracle/porcupine', import.meta.url).pathname);
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('one key, in real time', async () => {
    const histories = fc.sample(generated(1), 2000);
    const lines = histories.map((ops) => JSON.stringify(forOracle(ops).map(finite)));
    const answers = (await run(program, [], folder, `${lines.join('\n')}\n`)).trim().split('\n');
    expect(answers).toHaveLength(histories.length);
    for (const [at, ops] of histories.entries())
      agrees(judged(ops, 'linearizable').verdict, answers[at] === 'true', ops);
    expect(new Set(answers).size).toBe(2);
  });
});

function judged(ops: readonly Op[], consistency: string) {
  return judge(ops, consistency, OPEN_END);
}

/** A verdict must never say what is not so; without a write that can be either there must be one. */
function agrees(verdict: string, ordered: boolean, ops?: readonly Op[]): void {
  if (verdict === 'inconclusive') return;
  expect(verdict, JSON.stringify(ops)).toBe(ordered ? 'pass' : 'fail');
}

/** JSON has no infinity. */
function finite<T extends { end: number }>(operation: T): T {
  return { ...operation, end: Math.min(operation.end, 1e9) };
}

function run(command: string, args: string[], cwd: string, input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { cwd, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(error.message, { cause: error }));
    });
    child.stdin?.end(input);
  });
}
