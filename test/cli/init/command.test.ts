import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { initCommand, type InitOptions } from '../../../src/cli/commands/init.ts';
import { displayName } from '../../../src/experiment/source/source.ts';
import { loadExperiment, loadSpace } from '../../../src/experiment/load.ts';

let out: string;
let printed: string;
beforeEach(() => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-init-test-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (printed += String(text)) !== '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(out, { recursive: true, force: true });
});

const init = (name: string | undefined, options: Partial<InitOptions> = {}): Promise<number> =>
  initCommand(name, { out, yes: true, ...options });

it('says what it wrote and how to go on, and what it wrote is found from where it is', async () => {
  expect(await init(undefined, { driver: 'docker' })).toBe(0);
  const file = join(out, 'experiments/try-kill.yaml');
  const { experiment, environment } = loadExperiment(file, { env: {} });
  expect(experiment.value).toMatchObject({ name: 'try-kill', environment: 'try-kill' });
  expect(resolve(environment.file)).toBe(join(out, 'environments/try-kill.yaml'));
  const shown = displayName(file, process.cwd());
  expect(printed).toContain(`wrote ${shown}`);
  expect(printed).toContain(`chaos run ${shown} --driver docker`);
});

it('never writes over a file unless it is told to, and then leaves nothing but whole files', async () => {
  await init('mine');
  const file = join(out, 'experiments/mine.yaml');
  writeFileSync(file, 'my own work');
  await expect(init('mine', { fault: 'stop' })).rejects.toThrow(
    /found "mine"; expected a name that is free: .*experiments\/mine\.yaml is there already$/,
  );
  expect(readFileSync(file, 'utf8')).toBe('my own work');
  // The other one is enough.
  rmSync(file);
  await expect(init('mine')).rejects.toThrow(/environments\/mine\.yaml is there already$/);
  expect(readdirSync(join(out, 'experiments'))).toEqual([]);
  await init('mine', { fault: 'stop', force: true });
  expect(readFileSync(file, 'utf8')).toContain('{ kind: stop,');
  expect(readdirSync(join(out, 'experiments'))).toEqual(['mine.yaml']);
});

it('claims no more than one replica can keep', async () => {
  await init('three');
  await init('one', { replicas: '1' });
  const checksOf = (name: string): string[] => {
    const { experiment } = loadExperiment(join(out, `experiments/${name}.yaml`), { env: {} });
    return [
      experiment.value.title.split(' is ')[1] ?? '',
      ...experiment.value.checks.map(({ kind }) => kind),
    ];
  };
  expect(checksOf('three')).toEqual(['lost or repeated', 'no-loss', 'no-duplicates']);
  expect(checksOf('one')).toEqual(['lost', 'no-loss']);
});

it('finds a name that is free when it is given none', async () => {
  await init(undefined);
  await init(undefined);
  expect(readdirSync(join(out, 'experiments'))).toEqual(['try-kill-2.yaml', 'try-kill.yaml']);
});

it('brings its own copy of the schemas up to date, and says nothing of one that is', async () => {
  await init('one');
  const schema = join(out, 'schema/experiment.schema.json');
  const shipped = readFileSync(schema, 'utf8');
  writeFileSync(schema, '{}');
  await init('two');
  expect(readFileSync(schema, 'utf8')).toBe(shipped);
  printed = '';
  await init('three');
  expect(printed).not.toContain('schema');
});

it('refers to an environment that is there already, by name or by a path of its own', async () => {
  await init('base', { nodes: '1' });
  await init('by-name', { environment: 'base' });
  expect(readdirSync(join(out, 'environments'))).toEqual(['base.yaml']);
  mkdirSync(join(out, 'elsewhere'));
  const path = join(out, 'elsewhere/other.yaml');
  writeFileSync(path, readFileSync(join(out, 'environments/base.yaml')));
  await init('by-path', { environment: relative(process.cwd(), path) });
  const { experiment, environment } = loadExperiment(join(out, 'experiments/by-path.yaml'), { env: {} });
  expect(experiment.value.environment).toBe('../elsewhere/other.yaml');
  expect(environment.file).toContain('elsewhere/other.yaml');
});

it.each<[string | undefined, Partial<InitOptions>, RegExp]>([
  ['a b', {}, /^a name after `chaos init`: found "a b"; expected a name of letters, digits/],
  ['x', { clusters: '0' }, /^--clusters: found "0"; expected a whole number from 1 to 4$/],
  ['x', { nodes: '2', replicas: '3' }, /^--replicas: found "3"; expected a whole number from 1 to 2$/],
  ['x', { nats: 'new' }, /^--nats: nats-server: "new" is no version: expected/],
  ['x', { fault: 'kil' }, /^--fault: found "kil"; did you mean "kill"\?$/],
  ['x', { fault: 'quake' }, /^--fault: found "quake"; expected one of partition, isolate/],
  ['x', { fault: 'bridge', nodes: '2' }, /^--fault bridge: the environment lacks a cluster of 3 nodes$/],
  ['x', { title: 'two\nlines' }, /^--title: found "two\\nlines"; expected one line/],
  [
    'x',
    { environment: 'one-zone', nodes: '3' },
    /^--environment one-zone is there already, and --nodes would/,
  ],
  ['x', { environment: 'one-zon' }, /^--environment: there is no environment "one-zon"; did you mean/],
  ['x', { driver: 'cloud' }, /^there is no driver "cloud"/],
])('refuses %s with %o, and writes nothing', async (name, options, message) => {
  await expect(init(name, options)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message) as string,
  });
  expect(readdirSync(out)).toEqual([]);
});

it('refuses an environment whose servers run already', async () => {
  vi.stubEnv('STAGING_PASSWORD', 'x');
  const environment = 'test/fixtures/good/environments/staging.yaml';
  await expect(init('x', { environment })).rejects.toThrow(/run already; chaos init is for those/);
});

it('says what it would have asked where nobody can be asked', async () => {
  await expect(initCommand('x', { out })).rejects.toMatchObject({
    message: 'nobody can be asked "On which environment?", because this is no terminal',
    hint: expect.stringContaining('--yes') as string,
  });
  expect(existsSync(join(out, 'experiments'))).toBe(false);
});

it('asks nothing where options answer everything', async () => {
  const options = { clusters: '1', nodes: '1', replicas: '1', mirror: false, nats: '2.12', fault: 'kill' };
  expect(await initCommand('x', { out, ...options, title: 'It holds' })).toBe(0);
});

it('makes a space for chaos explore, which is valid and says how to go on', async () => {
  expect(await init(undefined, { explore: true })).toBe(0);
  const file = join(out, 'experiments/explore.yaml');
  const { space } = loadSpace(file, { env: {} });
  expect(space.items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['kill', 'pause', 'step-down']));
  expect(space.settings.map(({ name }) => name)).toEqual(['publish rate', 'publish size']);
  expect(printed).toContain(`chaos explore ${displayName(file, process.cwd())} --runs 20`);
  await expect(init('other', { explore: true, fault: 'kill' })).rejects.toThrow(
    '--explore draws faults, and --fault names one: give one of them',
  );
});
