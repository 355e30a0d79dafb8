import { describe, expect, it } from 'vitest';
import { repeatCommand } from '../../../src/cli/run/repeat-command.ts';

const file = 'experiments/partition.yaml';

describe('the command that repeats a run', () => {
  it.each([
    ['2.12', '2.12.15', '--nats 2.12.15 '],
    ['latest', '2.15.2', '--nats 2.15.2 '],
    ['2.12.15', '2.12.15', '--nats 2.12.15 '],
    ['latest', undefined, '--nats latest '],
    ['latest', 'unknown', '--nats latest '],
    ['./nats-server', '2.12.15', '--nats ./nats-server '],
  ])('of a run with --nats %s that had %s is on the same release', (nats, ran, expected) => {
    expect(repeatCommand({ file, nats }, 7, nats, ran)).toBe(`chaos run ${file} ${expected}--seed 7`);
  });

  it('names the release that the environment came to, too, but never one that ran already', () => {
    expect(repeatCommand({ file }, 7, '2.12', '2.12.15')).toBe(`chaos run ${file} --nats 2.12.15 --seed 7`);
    expect(repeatCommand({ file }, 7, undefined, '2.12.15')).toBe(`chaos run ${file} --seed 7`);
  });

  it('keeps what else the run was told, each as one word of a shell', () => {
    const told = { file: "my files/it's.yaml", environment: 'staging.yaml', driver: 'docker' };
    expect(repeatCommand(told, 7)).toBe(
      String.raw`chaos run 'my files/it'\''s.yaml' --environment staging.yaml --driver docker --seed 7`,
    );
  });
});
