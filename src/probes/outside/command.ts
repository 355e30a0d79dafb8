import { ChaosError } from '../../support/errors.ts';
import { run } from '../../support/exec.ts';
import { defaulted, strictObject, timeLimit, Type } from '../../support/schema.ts';
import { shellWord } from '../../support/shell.ts';
import type { Probe } from '../probe.ts';
import { readText, textFields, textFlaws } from './text-reading.ts';

const fields = strictObject(
  {
    kind: Type.Literal('command'),
    argv: Type.Array(Type.String({ description: 'One word.' }), {
      minItems: 1,
      description:
        'The command and its arguments, as a list. No shell reads them: nothing is expanded, piped or quoted.',
    }),
    exitCode: defaulted(
      Type.Integer({ minimum: 0, maximum: 255, description: 'The exit code that is expected.' }),
      0,
    ),
    ...textFields('stdout'),
    timeout: defaulted(
      timeLimit('How long it may run; then it is ended, with everything that it has started.'),
      '5s',
    ),
  },
  'What a command on the machine of the runner says: its exit code, or a number or word in its output.',
);

export const command: Probe<typeof fields> = {
  kind: 'command',
  summary: 'What a command on this machine says: its exit code, or a number or word in its output',
  proof:
    'One run of the command beside the runner, wherever the servers are. Without `path` and `matches` the reading is the exit code, and `expected` or `unexpected`; with one of them it is what stdout holds there, and a run that ends with another exit code is no reading. A command that cannot be started, or is not done in time, is no reading.',
  example: "{ kind: command, argv: [uname, -s], matches: '^(Linux|Darwin)$', is: Linux }",
  unit: '',
  reads: 'both',
  fields,
  target: ({ argv, path, matches }) =>
    [...argv.map(shellWord), path ?? matches ?? ''].filter((part) => part !== '').join(' '),
  flaws: (options) => textFlaws(options),
  async read(ctx, { argv, exitCode, path, matches, timeout }) {
    const [program = '', ...args] = argv;
    const ended = await run(program, args, {
      env: { ...process.env, ...ctx.commandMark },
      timeoutMs: timeout,
      signal: ctx.signal,
    });
    const isExpected = ended.exitCode === exitCode;
    if (path === undefined && matches === undefined)
      return { value: ended.exitCode, state: isExpected ? 'expected' : 'unexpected' };
    if (!isExpected) throw new ChaosError('failed', failureOf(program, ended));
    const options = {
      ...(path === undefined ? {} : { path }),
      ...(matches === undefined ? {} : { matches }),
    };
    return readText(ended.stdout, options, 'stdout') ?? {};
  },
};

const MOST_SHOWN = 120;

function failureOf(program: string, { exitCode, stderr }: { exitCode: number; stderr: string }): string {
  const said = stderr.trim().slice(0, MOST_SHOWN);
  return `${program} ended with exit code ${exitCode}${said === '' ? '' : `: ${said}`}`;
}
