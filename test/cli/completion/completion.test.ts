import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complete } from '../../../src/cli/completion/complete.ts';
import { typedLine } from '../../../src/cli/completion/shell-words.ts';
import { sourcesAt } from '../../../src/cli/completion/sources.ts';
import { EXPERIMENT_FOLDER } from '../../../src/cli/lists.ts';
import { yamlFilesBelow } from '../../../src/experiment/source/files.ts';
import { faults } from '../../../src/faults/index.ts';

/** Experiments that the package ships are found by their names from anywhere. */
const namesIn = (files: readonly string[]): string[] => files.map((file) => basename(file, '.yaml'));
const SPACE_FILES = yamlFilesBelow(join(EXPERIMENT_FOLDER, 'explore'));
const SHIPPED = yamlFilesBelow(EXPERIMENT_FOLDER);
const RUNNABLE = namesIn(SHIPPED.filter((file) => !SPACE_FILES.includes(file)));

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-complete-'));
  for (const folder of ['experiments/sub', 'environments', 'nights/n1', 'reports/r1', 'reports/left', '.git'])
    mkdirSync(join(cwd, folder), { recursive: true });
  for (const file of [
    'experiments/a.yaml',
    'experiments/note.txt',
    'environments/mine.yaml',
    'environments/$(touch x).yaml',
    'top.yml',
    '-rf.yaml',
    'two\nlines.yaml',
    'nights/n1/report.json',
    'reports/r1/report.json',
    'reports/left/journal.ndjson',
    'nats-server-2.12.15',
  ])
    writeFileSync(join(cwd, file), '{}');
  symlinkSync('experiments', join(cwd, 'link'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** Declared like the program's own commands: what is not written down here is nowhere written down. */
function program(): Command {
  const chaos = new Command('chaos').version('1').enablePositionalOptions();
  chaos
    .command('run')
    .description('run it')
    .argument('<files...>')
    .option('--environment <name|file>')
    .option('--tag <tag>')
    .option('--driver <kind>')
    .option('--out <folder>')
    .option('--junit <file>')
    .option('--html <file|->')
    .option('--seed <n>')
    .option('-q, --quiet');
  chaos.command('plan').argument('<file>');
  chaos.command('explore').argument('[file]').option('--resume');
  const report = chaos.command('report').argument('<run>').option('--out <folder>');
  report.command('serve').option('--port <n>');
  chaos.command('recover').argument('[runs...]').option('--out <folder>');
  chaos
    .command('compare')
    .argument('<runs...>')
    .option('--baseline <run>')
    .addOption(new Option('--fail-on <what>').choices(['regression', 'change']))
    .addOption(new Option('--secret').hideHelp());
  chaos.command('list').addArgument(new Argument('[what]').choices(['faults', 'probes']));
  chaos.command('explain').argument('<kind|run>').option('--out <folder>');
  chaos.command('init').argument('[name]').option('--fault <fault>').option('--mirror').option('--no-mirror');
  chaos.command('doctor').option('--json');
  chaos.command('__hidden', { hidden: true });
  return chaos;
}

/** Names that a folder of many runs holds, the oldest first; the last two were never finished. */
const DATED = Array.from(
  { length: 40 },
  (_, at) => `202611${10 + Math.floor(at / 4)}T0${at % 4}0000Z-cut-2.12.15`,
);
const UNFINISHED = ['.running-20261101T010000Z-cut-9f3a2c1b', '.running-20261102T010000Z-cut-1b9f3a2c'];

function makeManyRuns(): void {
  for (const name of [...DATED, ...UNFINISHED, 'sample']) {
    mkdirSync(join(cwd, 'many', name), { recursive: true });
    writeFileSync(join(cwd, 'many', name, 'journal.ndjson'), '');
    if (!UNFINISHED.includes(name)) writeFileSync(join(cwd, 'many', name, 'report.json'), '{}');
  }
}

async function values(line: string): Promise<string[]> {
  const { before, current } = typedLine(line);
  const { list } = await complete(program(), [...before, current], sourcesAt(cwd, {}));
  return list.map(({ value }) => value);
}

describe('completion', () => {
  it.each([
    [
      '',
      ['run', 'plan', 'explore', 'report', 'recover', 'compare', 'list', 'explain', 'init', 'doctor', 'help'],
    ],
    ['re', ['report', 'recover']],
    ['-', ['--version', '--help']],
    ['--hel', ['--help']],
    ['help re', ['report', 'recover']],
    [
      'run ',
      [
        ...RUNNABLE,
        'experiments/a.yaml',
        'experiments/sub/',
        './-rf.yaml',
        'environments/',
        'link/',
        'nights/',
        'reports/',
        'top.yml',
      ],
    ],
    ['run to', ['top.yml']],
    ['explain pause', ['pause', 'pause-kill', 'pause-workload', 'pause-consumer']],
    ['explain inc', ['inconclusive']],
    ['explain late', ['latency', 'latest']],
    ['run --driver pro', ['process']],
    ['plan partition-', ['partition-recovery']],
    ['run exp', ['experiments/a.yaml', 'experiments/sub/']],
    ['run link/', ['link/a.yaml', 'link/sub/']],
    ['run top.yml --q', ['--quiet']],
    ['run --quiet --q', []],
    ['run -q --q', []],
    ['run --driver a --driv', ['--driver']],
    ['run --driver ', ['process', 'docker', 'attached']],
    ['run --driver=d', ['--driver=docker']],
    ['run --quiet=', []],
    ['run --environment min', ['mine']],
    ['run --environment envi', ['environments/']],
    ['run --tag see', ['seeds']],
    ['run --seed ', []],
    ['run --out rep', ['reports/']],
    ['run --junit nats', ['nats-server-2.12.15']],
    [
      'run --html ',
      [
        '-',
        './-rf.yaml',
        'environments/',
        'experiments/',
        'link/',
        'nats-server-2.12.15',
        'nights/',
        'reports/',
        'top.yml',
      ],
    ],
    ['run -- --q', []],
    ['run nowhere/', []],
    ['run .g', ['.git/']],
    ['report s', ['serve']],
    ['report l', ['latest', 'link/']],
    ['report --out nights n', ['n1', 'nights/']],
    ['report --out=nights n1', ['n1']],
    ['report serve --', ['--port', '--help']],
    ['report serve ', ['--port', '--help']],
    ['report r1 s', []],
    ['recover le', ['left']],
    ['compare r1 r', ['r1', 'reports/']],
    ['compare --baseline latest', ['latest', 'latest-pass']],
    ['compare --fail-on ', ['regression', 'change']],
    ['compare --s', []],
    ['list ', ['faults', 'probes']],
    ['list faults ', ['--help']],
    ['init --no', ['--no-mirror']],
    ['init --fault ', faults.map(({ kind }) => kind)],
    ['doctor ', ['--json', '--help']],
    ['nonsense ', []],
  ])('of "chaos %s" is %j', async (line, expected) => {
    expect(await values(line)).toEqual(expected);
  });

  it('offers runs newest first, no more of them than can be read, and older ones by their beginning', async () => {
    makeManyRuns();
    const newest = [...DATED].reverse();
    const offered = async (line: string) =>
      (await values(line)).filter((value) => !value.endsWith('/') && !value.includes('.yaml'));
    const [few, commands] = [newest.slice(0, 30), ['serve', 'help']];
    expect(await offered('report --out many ')).toEqual([...commands, 'latest', ...few]);
    expect(await offered('compare --out many latest ')).toEqual(['latest', ...few]);
    expect(await offered('compare --out many --baseline ')).toEqual(['latest', 'latest-pass', ...few]);
    expect(await offered('report --out many 20261110')).toEqual(newest.slice(-4));
    expect(await offered('report --out many s')).toEqual(['serve', 'sample']);
    const unfinished = [...UNFINISHED].reverse();
    expect(await offered('recover --out many ')).toEqual([...unfinished, ...newest].slice(0, 30));
  });

  it('offers environments of the package too, and none that a shell would read something into', async () => {
    const names = await values('run --environment ');
    expect(names).toContain('dual-mirror');
    expect(names.filter((name) => !name.endsWith('/')).join(' ')).not.toMatch(/touch/);
  });

  it('offers spaces to search, experiments to run, and both to plan', async () => {
    const spaces = namesIn(SPACE_FILES);
    expect(spaces).toContain('work-queue');
    expect(await values('explore ')).toEqual(expect.arrayContaining(spaces));
    expect((await values('explore ')).filter((name) => RUNNABLE.includes(name))).toEqual([]);
    expect((await values('run ')).filter((name) => spaces.includes(name))).toEqual([]);
    expect(await values('plan ')).toEqual(expect.arrayContaining(namesIn(SHIPPED)));
  });

  it('takes a quoted line apart into the words that were quoted, and evaluates nothing', () => {
    const quoted = fc.constantFrom<(word: string) => string>(
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
      (word) => `"${word.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`,
      (word) => word.replaceAll(/[^\w]/g, String.raw`\$&`),
    );
    const word = fc.string({
      unit: fc.constantFrom(...Array.from('ab \'"\\$`;*=:~(){}')),
      minLength: 1,
      maxLength: 8,
    });
    const pair = fc.record({ word, quoted });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (pairs) => {
        const words = pairs.map((one) => one.word);
        const { before, current } = typedLine(pairs.map((one) => one.quoted(one.word)).join('  '));
        expect([...before, current]).toEqual(words);
      }),
    );
    expect(typedLine('chaos run "my fi').current).toBe('my fi');
    expect(typedLine('chaos run ').current).toBe('');
    expect(typedLine('chaos --out="a b=c":d', '=:')).toMatchObject({ current: '--out=a b=c:d', kept: 12 });
    expect(typedLine('chaos --out=a', '').kept).toBe(0);
  });
});
