import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workbench } from './harness.ts';
import { Terminal } from './terminal.ts';

let bench: Workbench;
let terminal: Terminal;
beforeEach(() => {
  bench = new Workbench();
  terminal = new Terminal(`${process.execPath} ${resolve('dist/cli/main.js')} init`, { cwd: bench.folder });
});
afterEach(async () => {
  await terminal.close();
  bench.remove();
});

it('makes of a few answers an experiment that runs, proves its fault and passes', async () => {
  const nats = process.env['CHAOS_TEST_NATS'] ?? '2.12';
  const answers: [RegExp, string][] = [
    [/On which environment\?/, 'new'],
    [/How many clusters/, ''],
    [/How many nodes/, 'some'],
    [/found "some"; expected a whole number from 1 to 7/, '3'],
    [/How many replicas/, ''],
    [/Is there a mirror/, 'n'],
    [/Which nats-server/, nats],
    [/Which fault\?[^]*kill/, 'kill'],
    [/What is it called\? \[try-kill\]/, 'leader-kill'],
    [/What does it claim\?/, 'Killing the leader loses nothing'],
  ];
  for (const [question, answer] of answers) {
    await terminal.sees(question);
    terminal.type(`${answer}\n`);
  }
  expect(await terminal.ends()).toBe(0);
  expect(terminal.shown).toContain('chaos run experiments/leader-kill.yaml');
  const { code, report } = await bench.run(join(bench.folder, 'experiments/leader-kill.yaml')).ends();
  expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'pass' });
  expect(report.experiment.title).toBe('Killing the leader loses nothing');
  expect(report.faults.map(({ kind }) => kind)).toEqual(['kill']);
  expect(await bench.leftovers()).toEqual([]);
});

it('leaves nothing behind when it is interrupted', async () => {
  await terminal.sees(/On which environment\?/);
  terminal.type('\n');
  await terminal.sees(/How many clusters/);
  terminal.type('\u0003');
  expect(await terminal.ends()).toBe(130);
  expect(terminal.shown).toContain('nothing was written');
  expect(readdirSync(join(bench.folder, 'experiments'))).toEqual([]);
  expect(readdirSync(bench.temp)).toEqual([]);
});
