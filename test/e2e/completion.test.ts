import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHELLS, type Shell } from '../../src/cli/completion/shells.ts';
import { until } from '../../src/support/deadline.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { Terminal } from './terminal.ts';

const HOSTILE = '$(touch pwned)`touch pwned`;touch pwned.yaml';
let folder: string;
let work: string;

beforeAll(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-completion-'));
  work = join(folder, 'work');
  for (const name of ['bin', 'home', 'work/experiments', 'work/my files', 'work/reports/20261126T0315-cut'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of [
    'experiments/leader.yaml',
    'experiments/latency.yaml',
    'my files/it\'s "new".yaml',
    HOSTILE,
    'colon:x.yaml',
  ])
    writeFileSync(join(work, name), 'name: x\n');
  writeFileSync(join(work, 'reports/20261126T0315-cut/report.json'), '{}');
  // What it is asked to complete goes to the real program; what is to be run is only noted down.
  writeFileSync(
    join(folder, 'bin/chaos'),
    `#!/bin/sh
case "$1" in
  completion | __complete) exec ${process.execPath} ${resolve('dist/cli/main.js')} "$@" ;;
esac
{ printf '%s\\n' "$#" "$@"; echo END; } >>${join(folder, 'ran')}
`,
    { mode: 0o755 },
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const START: Record<Shell, string> = {
  bash: 'bash --norc --noprofile -i',
  zsh: 'zsh -f -i',
  fish: 'fish --no-config -i',
};

const SETUP: Record<Shell, string> = {
  bash: 'source <(chaos completion bash)',
  zsh: 'autoload -U compinit; compinit -u -D; source <(chaos completion zsh)',
  fish: 'chaos completion fish | source',
};

/** Types lines at a real shell, a tab in each of them, and says with which arguments chaos was then called. */
async function typed(shell: Shell, lines: readonly string[]): Promise<string[][]> {
  const ran = join(folder, 'ran');
  rmSync(ran, { force: true });
  const terminal = new Terminal(START[shell], {
    cwd: work,
    env: {
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: join(folder, 'home'),
      XDG_CONFIG_HOME: join(folder, 'home'),
    },
  });
  try {
    terminal.type(`${SETUP[shell]}; echo ready"-"now\n`);
    await terminal.sees(/ready-now/);
    const calls = (): string[][] => callsIn(ran);
    for (const [i, line] of lines.entries()) {
      terminal.type(`${line}\n`);
      await until(() => Promise.resolve(calls().length > i), {
        timeoutMs: 20_000,
        what: `${shell} to run ${JSON.stringify(line)}`,
      }).catch((thrown: unknown) => {
        throw new Error(`${String(thrown)}\n${terminal.shown}`);
      });
    }
    return calls();
  } finally {
    await terminal.close();
  }
}

function callsIn(file: string): string[][] {
  try {
    const calls = readFileSync(file, 'utf8').split('END\n').slice(0, -1);
    return calls.map((call) => call.split('\n').slice(1, -1));
  } catch {
    return [];
  }
}

const installed = SHELLS.filter((shell) => !isLeftOut(`completion-${shell}`));

describe.each(installed)('completion in %s', (shell) => {
  it('makes commands, options, values, files and runs of what is typed', async () => {
    const calls = await typed(shell, [
      'chaos doc\t',
      'chaos run exp\tea\t',
      'chaos plan experiments/leader.yaml --dri\tdoc\t',
      'chaos report serve --o\trep\t',
      'chaos report 20\t',
      'chaos run --out=rep\t',
    ]);
    expect(calls).toEqual([
      ['doctor'],
      ['run', 'experiments/leader.yaml'],
      ['plan', 'experiments/leader.yaml', '--driver', 'docker'],
      ['report', 'serve', '--out', 'reports/'],
      ['report', '20261126T0315-cut'],
      ['run', '--out=reports/'],
    ]);
  });

  it('hands names with spaces, quotes and commands on as they are, and carries none of them out', async () => {
    const calls = await typed(shell, [
      'chaos run my\tit\t',
      'chaos run "my fi\tit\t',
      "chaos run '$\t",
      'chaos run col\t',
      'chaos validate my\\ f\tit\t',
    ]);
    expect(calls).toEqual([
      ['run', 'my files/it\'s "new".yaml'],
      ['run', 'my files/it\'s "new".yaml'],
      ['run', HOSTILE],
      ['run', 'colon:x.yaml'],
      ['validate', 'my files/it\'s "new".yaml'],
    ]);
    expect(readdirSync(work)).not.toContain('pwned');
  });
});
