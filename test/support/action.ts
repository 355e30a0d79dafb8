import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';

export const ACTION = 'action.yml';

interface Step {
  name: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  shell?: string;
  run?: string;
  env?: Record<string, string>;
  'working-directory'?: string;
}

interface Action {
  inputs: Record<string, { default?: string; required?: boolean }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

export function readAction(): Action {
  return load(readFileSync(ACTION, 'utf8')) as Action;
}

export interface ActionEnd {
  /** Of the first step that failed, 0 if none did. */
  code: number;
  said: string;
  /** What GitHub shows on the page of the job. */
  summary: string;
  outputs: Record<string, string>;
  /** The actions that were used, with what they were given. */
  used: { uses: string; with: Record<string, string> }[];
}

/**
 * Carries out the steps of the action as a runner does: real scripts in a real bash, with the files that GitHub gives. Steps that
 * use another action are only noted.
 *
 * @param folder the workspace; its folder `tmp` is where programs put temporary files
 * @param onScript is given each script as it starts
 */
export async function runAction(
  folder: string,
  inputs: Record<string, string>,
  onScript: (name: string, script: ChildProcess) => void = () => undefined,
): Promise<ActionEnd> {
  const action = readAction();
  const values = {
    ...Object.fromEntries(
      Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value]),
    ),
    ...inputs,
  };
  const stepOutputs: Record<string, Record<string, string>> = {};
  const temp = join(folder, 'runner');
  mkdirSync(temp, { recursive: true });
  const summaryFile = join(temp, 'summary.md');
  writeFileSync(summaryFile, '');
  const end: ActionEnd = { code: 0, said: '', summary: '', outputs: {}, used: [] };

  const valueOf = (reference: string): string => {
    const [scope, name = '', , output = ''] = reference.split('.');
    if (scope === 'inputs' && name in values) return values[name]!;
    if (scope === 'steps') return stepOutputs[name]?.[output] ?? '';
    throw new Error(`what is ${reference}?`);
  };
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, reference: string) => valueOf(reference));
  const allFilled = (texts: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)]));
  const holds = (condition: string): boolean => {
    if (condition === 'always()') return true;
    const [, reference, text] = /^([\w.-]+) != '([^']*)'$/.exec(condition) ?? [];
    if (reference === undefined) throw new Error(`what is ${condition}?`);
    return valueOf(reference) !== text;
  };

  for (const step of action.runs.steps) {
    const conditions = step.if?.split('&&').map((one) => one.trim()) ?? [];
    // As GitHub has it: after a failure only what asks for it.
    if (end.code !== 0 && !conditions.includes('always()')) continue;
    if (!conditions.every(holds)) continue;
    if (step.uses !== undefined) {
      end.used.push({ uses: step.uses, with: allFilled(step.with) });
      continue;
    }
    const outputFile = join(temp, `output-${step.id ?? 'none'}`);
    writeFileSync(outputFile, '');
    const script = join(temp, 'script.sh');
    writeFileSync(script, filled(step.run ?? ''));
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: resolve(folder, filled(step['working-directory'] ?? '.')),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        TMPDIR: join(folder, 'tmp'),
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: resolve('.'),
        GITHUB_WORKSPACE: folder,
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        RUNNER_TEMP: temp,
        ...allFilled(step.env),
      },
    });
    onScript(step.name, child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (end.said += String(chunk)));
    const code = await new Promise<number>((done) => child.once('close', (exit) => done(exit ?? 1)));
    if (end.code === 0) end.code = code;
    if (step.id !== undefined) stepOutputs[step.id] = outputsIn(outputFile);
  }
  end.summary = readFileSync(summaryFile, 'utf8');
  end.outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)]),
  );
  return end;
}

function outputsIn(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return Object.fromEntries(
    lines.filter((line) => line.includes('=')).map((line) => /^([^=]+)=(.*)$/.exec(line)!.slice(1)),
  ) as Record<string, string>;
}
