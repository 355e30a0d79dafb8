import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { declareMatrix } from '../../../src/cli/declare/matrix.ts';
import { declareNightly } from '../../../src/cli/declare/nightly.ts';
import { positive, timeSpan, versions } from '../../../src/cli/declare/parsers.ts';
import type { NightlyOptions } from '../../../src/cli/commands/nightly.ts';

const TEXT = readFileSync('docs/nightly.md', 'utf8');

/** What `chaos nightly` makes of words. */
function parsed(words: readonly string[]): { files: string[]; options: NightlyOptions } {
  const nightly = declared(declareNightly);
  let found: { files: string[]; options: NightlyOptions } | undefined;
  nightly.action((files: string[], options: NightlyOptions) => {
    found = { files, options };
  });
  nightly.parse([...words], { from: 'user' });
  return found!;
}

/** The command that a declaration adds. */
function declared(declare: (program: Command) => void): Command {
  const program = new Command();
  declare(program);
  return program.commands[0]!.exitOverride().configureOutput({ writeErr: () => undefined });
}

describe('docs/nightly.md', () => {
  it('calls chaos nightly and chaos matrix as they are to be called, everywhere', () => {
    const lines = [...TEXT.matchAll(/(?:chaos|main\.js) nightly (experiments [^\n>]*)/g)].map(
      ([, rest]) => rest!,
    );
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const { files, options } = parsed(line.trim().split(/\s+/));
      expect(files).toEqual(['experiments']);
      expect(options).toMatchObject({ nats: ['2.10', '2.12', 'latest'], repeat: 3 });
      expect(options.budget).toBeGreaterThanOrEqual(5 * 3_600_000);
    }
    const known = declared(declareMatrix).options.map(({ long }) => long);
    for (const option of [
      '--resume',
      '--stop-on',
      '--max-failures',
      '--budget',
      '--jobs',
      '--run-timeout',
      '--seed',
    ])
      expect(known).toContain(option);
  });
});

describe('options', () => {
  it('take times with their unit', () => {
    expect(['90s', '30m', '1.5h', '90d'].map(timeSpan)).toEqual([
      90_000, 1_800_000, 5_400_000, 7_776_000_000,
    ]);
    for (const text of ['', '30', 'm', '-1m', '0s', '1w'])
      expect(() => timeSpan(text)).toThrow('with its unit');
  });

  it('take versions with commas, each once', () => {
    expect(versions('2.10.22, 2.12', undefined)).toEqual(['2.10.22', '2.12']);
    expect(versions('latest,2.12', ['2.12'])).toEqual(['2.12', 'latest']);
    expect(() => versions('2.12,', undefined)).toThrow('commas');
  });

  it('take counts from 1', () => {
    expect(positive('3')).toBe(3);
    for (const text of ['0', '-1', '1.5', 'x', '']) expect(() => positive(text)).toThrow('1 or more');
  });
});
