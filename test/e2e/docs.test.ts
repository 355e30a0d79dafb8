import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import { experimentFile } from '../../src/cli/run/experiment-files.ts';
import { commandsOf, missingLines } from '../support/page-commands.ts';
import { Workbench } from './harness.ts';

const tutorial = commandsOf(readFileSync('docs/tutorial.md', 'utf8'));
const cookbook = commandsOf(readFileSync('docs/cookbook.md', 'utf8'));

/** Of the cookbook's experiments those that are quick, one of them on links and one on a store. */
const CARRIED_OUT = ['storage-full', 'slow-network'];

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
  const bin = join(bench.folder, 'bin');
  for (const name of [bin, join(bench.folder, 'tutorial'), join(bench.folder, 'cookbook')]) mkdirSync(name);
  const program = [process.execPath, resolve('dist/cli/main.js')].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(bin, 'chaos'), `#!/bin/sh\nexec ${program} "$@"\n`);
  chmodSync(join(bin, 'chaos'), 0o755);
});
afterAll(() => bench.remove());

/** What a reader who types it in this folder would see. */
async function type(command: string, folder: string): Promise<{ exit: number; output: string }> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: join(bench.folder, folder),
    env: {
      ...process.env,
      PATH: `${join(bench.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      TMPDIR: bench.temp,
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit: exit ?? -1, output: `${stderr}${stdout}` };
}

it('the commands of the tutorial do what it says, one after the other, in an empty folder', async () => {
  expect(tutorial.filter(({ exit }) => exit !== 0)).toHaveLength(1);
  for (const { command, exit, quoted } of tutorial) {
    const seen = await type(command, 'tutorial');
    expect(seen.exit, `${command}\n${seen.output}`).toBe(exit);
    expect(missingLines(quoted, seen.output), `${command}\n${seen.output}`).toEqual([]);
  }
  expect(await bench.leftovers()).toEqual([]);
});

describe('the cookbook', () => {
  const runs = cookbook.map(({ command, ...rest }) => {
    const name = /^(?:\w+=\S+ )*chaos run ([\w-]+)/.exec(command)?.[1] ?? '';
    return { name, command, ...rest };
  });

  it('answers a dozen questions, each with an experiment that ships', () => {
    expect(new Set(runs.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
    for (const { name, command } of runs) expect(experimentFile(name), command).toMatch(/^experiments\//);
  });

  it.each(runs)('$command is valid, and can be planned from an empty folder', async ({ name }) => {
    const valid = await type(`chaos validate ${name}`, 'cookbook');
    expect(valid.output).toMatch(/: valid$/m);
    expect(valid.exit).toBe(0);
    const { tags = [] } = load(readFileSync(experimentFile(name), 'utf8')) as { tags?: string[] };
    // This machine may lack what it needs, and the plan then says so.
    if (!tags.includes('root')) expect((await type(`chaos plan ${name}`, 'cookbook')).exit).toBe(0);
  });

  it.each(runs.filter(({ name }) => CARRIED_OUT.includes(name)))(
    '$command shows what the page quotes',
    async ({ command, exit, quoted }) => {
      const seen = await type(`${command} --free-ports`, 'cookbook');
      expect(seen.exit, seen.output).toBe(exit);
      expect(quoted.length).toBeGreaterThan(0);
      expect(missingLines(quoted, seen.output), seen.output).toEqual([]);
      expect(await bench.leftovers()).toEqual([]);
    },
  );
});
