import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { declareMatrix } from '../../../src/cli/declare/matrix.ts';
import { declareNightly } from '../../../src/cli/declare/nightly.ts';
import { positive, timeSpan, versions } from '../../../src/cli/declare/parsers.ts';
import type { NightlyOptions } from '../../../src/cli/commands/nightly.ts';

const TEXT = readFileSync('docs/nightly.md', 'utf8');
const blocks = (language: string): string[] =>
  [...TEXT.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text!);

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
    expect(lines).toHaveLength(4);
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

  it('shows a workflow and a CronJob that are YAML, and whose command is one', () => {
    const [workflow, cronJob] = blocks('yaml').map((text) => load(text)) as [
      { jobs: { chaos: { steps: { run?: string }[] } } },
      {
        spec: {
          schedule: string;
          concurrencyPolicy: string;
          jobTemplate: {
            spec: { template: { spec: { containers: { command: string[]; args: string[] }[] } } };
          };
        };
      },
    ];
    expect(workflow.jobs.chaos.steps.some(({ run }) => run?.includes('nightly experiments'))).toBe(true);
    expect(cronJob.spec.concurrencyPolicy).toBe('Forbid');
    const { command, args } = cronJob.spec.jobTemplate.spec.template.spec.containers[0]!;
    expect(command.slice(0, 2)).toEqual(['chaos', 'nightly']);
    const { files, options } = parsed([...command.slice(2), ...args]);
    expect(files).toEqual(['/opt/nats-chaos/experiments']);
    expect(options).toMatchObject({ out: '/nights', repeat: 3, keep: 30, keepFailures: 90 * 86_400_000 });
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
