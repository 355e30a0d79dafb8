import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AskedAnswers } from '../../../src/cli/init/answers.ts';
import { oneOf, wholeNumber, yesOrNo, type Question } from '../../../src/cli/init/question.ts';

let input: PassThrough;
let answers: AskedAnswers;
let shown: string;
beforeEach(() => {
  input = new PassThrough();
  const output = new PassThrough();
  shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  answers = new AskedAnswers(input, output);
});
afterEach(() => {
  answers.close();
});

const nodes: Question<number> = {
  flag: '--nodes',
  text: 'How many nodes?',
  otherwise: '3',
  read: wholeNumber(1, 7),
};
const faults = [
  { name: 'stop', summary: 'ends it' },
  { name: 'kill', summary: 'kills it' },
];
const fault: Question<string> = {
  flag: '--fault',
  text: 'Which fault?',
  otherwise: 'kill',
  choices: faults,
  read: oneOf(faults, true),
};

it('asks again until an answer makes sense, and says what was expected', async () => {
  input.write('many\n0\n 5 \n');
  expect(await answers.to(nodes, undefined)).toBe(5);
  expect(shown).toContain('How many nodes? [3]');
  expect(shown).toContain('found "many"; expected a whole number from 1 to 7');
  expect(shown).toContain('found "0"; expected');
});

it('keeps what is pasted at once for the questions to come', async () => {
  const asked = answers.to(nodes, undefined);
  input.write('4\nstop\n2\n');
  expect(await asked).toBe(4);
  expect(await answers.to(fault, undefined)).toBe('stop');
  expect(await answers.to(nodes, undefined)).toBe(2);
});

it('takes the number of a choice, its name, or what is offered', async () => {
  input.write('1\nkil\nkill\n\n');
  expect(await answers.to(fault, undefined)).toBe('stop');
  expect(shown).toMatch(/1 {2}stop {2}ends it\r?\n +2 {2}kill {2}kills it/);
  expect(await answers.to(fault, undefined)).toBe('kill');
  expect(shown).toContain('did you mean "kill"?');
  expect(await answers.to(fault, undefined)).toBe('kill');
  input.write('Y\n');
  expect(await answers.to({ ...nodes, read: yesOrNo }, undefined)).toBe(true);
});

it('does not ask what the command line says, and names the option when that is wrong', async () => {
  expect(await answers.to(nodes, '2')).toBe(2);
  expect(shown).toBe('');
  await expect(answers.to(nodes, '9')).rejects.toThrow('--nodes: found "9"; expected');
});

it('gives up on Ctrl-C, and when there is nobody any more', async () => {
  const asked = answers.to(nodes, undefined);
  input.write('\u0003');
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  await expect(answers.to(nodes, undefined)).rejects.toMatchObject({ code: 'aborted' });
});

it('gives up when the input ends', async () => {
  const asked = answers.to(nodes, undefined);
  input.end();
  await expect(asked).rejects.toMatchObject({ code: 'usage' });
});
