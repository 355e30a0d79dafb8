import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { diagnose, doctorCommand } from '../../../src/cli/commands/doctor.ts';
import { DEFAULT_NATS } from '../../../src/cli/doctor/binaries.ts';
import type { Check, Diagnosis } from '../../../src/cli/doctor/check.ts';
import { diagnosisText } from '../../../src/cli/doctor/text.ts';
import { SYSTEM_COMMANDS, type MachineSurvey } from '../../../src/drivers/machine.ts';
import { TOOLS } from '../../../src/drivers/binaries/tools.ts';
import { faults } from '../../../src/faults/index.ts';
import { packageUrl } from '../../../src/cli/package.ts';
import { natsServer, newWorld, platformFolder, toxiproxy, type World } from '../../drivers/binaries/world.ts';

let world: World;
beforeEach(async () => {
  world = await newWorld();
  world.env['DOCKER_HOST'] = `unix://${world.folder}/docker.sock`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await world.dispose();
});

const check = (diagnosis: Diagnosis, id: string): Check => diagnosis.checks.find((one) => one.id === id)!;
/** A machine that has whatever a power may need. */
const everything: MachineSurvey = {
  root: null,
  loopDevices: true,
  commands: Object.fromEntries(SYSTEM_COMMANDS.map((name) => [name, true])) as MachineSurvey['commands'],
  cgroups: { cpu: 2, memory: 2, blkio: 1 },
  engineIsHere: true,
};
const installBoth = async (): Promise<void> => {
  await world.install('bin', 'nats-server', natsServer('2.12.3'));
  await world.install('bin', 'toxiproxy-server', toxiproxy('2.12.0'));
};

test('a machine with both servers can run, and offers every fault', async () => {
  await installBoth();
  await world.install(platformFolder('cache'), 'nats-server-2.10.29', natsServer('2.10.29'));
  await world.releases.close();
  const diagnosis = await diagnose(world.env, '2.12', everything);
  expect(diagnosis.canRun).toBe(true);
  expect(check(diagnosis, 'nats-server')).toMatchObject({
    status: 'ok',
    detail: `2.12.3, on PATH: ${join(world.folder, 'bin', 'nats-server')}`,
    more: [
      `on PATH: ${join(world.folder, 'bin', 'nats-server')} 2.12.3`,
      `in the cache (${world.cache}): 2.10.29`,
    ],
  });
  expect(diagnosis.drivers).toEqual([
    {
      name: 'process',
      status: 'ok',
      detail:
        'the default; capabilities: processes, links, packets, disk, versions, configuration, certificates, storage, power, disk-space, disk-speed, cpu, memory, pressure, services',
    },
    { name: 'docker', status: 'missing', detail: 'lacks Docker engine' },
  ]);
  expect(check(diagnosis, 'docker')).toMatchObject({
    detail: `there is no Docker engine at unix://${world.folder}/docker.sock (ENOENT); only the docker driver needs one`,
    hint: expect.stringContaining('DOCKER_HOST') as string,
  });
  expect(diagnosis.faults.map(({ name, status }) => ({ name, status }))).toEqual(
    faults.map(({ kind }) => ({ name: kind, status: 'ok' })),
  );
  // Nothing is lacking for what is asked, although neither source could give anything.
  expect(check(diagnosis, 'releases')).toMatchObject({ status: 'limited' });
  expect(check(diagnosis, 'releases').detail).toContain('ECONNREFUSED');
  expect(check(diagnosis, 'go')).toMatchObject({ status: 'limited', detail: 'no go on PATH' });
});

test('which compose there is, the plugin first, or that there is none', async () => {
  const compose = async () => check(await diagnose(world.env, '2.12.3'), 'compose');
  expect(await compose()).toMatchObject({
    status: 'missing',
    detail:
      'neither docker compose nor docker-compose is installed; only environments with `compose` need one',
    hint: expect.stringContaining('docker-compose-plugin') as string,
  });
  // A docker command without the plugin knows no `compose`.
  await world.install('bin', 'docker', '#!/bin/sh\nexit 125\n');
  await world.install('bin', 'docker-compose', '#!/bin/sh\necho 1.29.2\n');
  expect(await compose()).toMatchObject({ status: 'ok', detail: '1.29.2, as docker-compose' });
  await world.install('bin', 'docker', '#!/bin/sh\n[ "$1 $2" = "compose version" ] && echo v2.40.3\n');
  expect(await compose()).toMatchObject({ status: 'ok', detail: '2.40.3, as docker compose' });
});

test('what only root can do is optional, and says what is lacking', async () => {
  await installBoth();
  const survey = { ...everything, commands: { ...everything.commands, xfs_io: false } };
  const diagnosis = await diagnose(world.env, '2.12.3', survey);
  expect(diagnosis.canRun).toBe(true);
  expect(check(diagnosis, 'root')).toMatchObject({
    status: 'limited',
    detail: 'optional; not available here: power',
  });
  const missing = diagnosis.faults.filter(({ status }) => status !== 'ok');
  expect(missing).toEqual([
    {
      name: 'power-failure',
      status: 'missing',
      detail: expect.stringMatching(/^needs root, .*: xfs_io is/) as string,
    },
  ]);
});

test('a bare machine cannot run, and is told how to get each thing', async () => {
  await world.releases.close();
  const diagnosis = await diagnose(world.env, undefined);
  expect(diagnosis.canRun).toBe(false);
  for (const id of ['nats-server', 'toxiproxy-server', 'releases', 'go']) {
    expect(check(diagnosis, id)).toMatchObject({ status: 'missing', hint: expect.any(String) as string });
  }
  expect(diagnosis.drivers).toEqual([
    { name: 'process', status: 'missing', detail: 'lacks nats-server' },
    { name: 'docker', status: 'missing', detail: 'lacks Docker engine' },
  ]);
  expect(new Set(diagnosis.faults.map(({ status }) => status))).toEqual(new Set(['missing']));
});

test('a machine without Toxiproxy runs everything but faults on links', async () => {
  await world.install('bin', 'nats-server', natsServer('2.12.3'));
  await world.releases.close();
  const diagnosis = await diagnose(world.env, '2.12', everything);
  expect(diagnosis.canRun).toBe(true);
  expect(check(diagnosis, 'toxiproxy-server')).toMatchObject({
    status: 'missing',
    detail: expect.stringContaining('only faults on links') as string,
  });
  const statusOf = (kind: string) => diagnosis.faults.find(({ name }) => name === kind);
  expect(statusOf('partition')).toMatchObject({ status: 'missing', detail: 'needs toxiproxy-server' });
  expect(statusOf('packet-loss')).toMatchObject({ status: 'missing' });
  expect(statusOf('kill')).toMatchObject({ status: 'ok' });
});

test('what the releases have comes with the first run, and is not downloaded before', async () => {
  const { archive } = await world.releases.putNats('2.12.3');
  world.releases.putToxiproxy('2.12.0');
  const diagnosis = await diagnose(world.env, '2.12.3');
  expect(diagnosis.canRun).toBe(true);
  expect(check(diagnosis, 'nats-server')).toMatchObject({
    status: 'limited',
    detail: 'nats-server 2.12.3 is not here yet; the first run downloads it',
  });
  expect(check(diagnosis, 'releases')).toMatchObject({ status: 'ok' });
  expect(world.releases.asked).toContain(archive);
  expect(new Set(world.releases.methods)).toEqual(new Set(['HEAD']));
  await expect(access(world.cache)).rejects.toThrow('ENOENT');
});

test('a version that is not released is missing', async () => {
  await installBoth();
  world.releases.putToxiproxy('2.12.0');
  const diagnosis = await diagnose(world.env, '2.12.99');
  expect(diagnosis.canRun).toBe(false);
  expect(check(diagnosis, 'nats-server')).toMatchObject({
    status: 'missing',
    detail: 'nats-server 2.12.99 is not here, and cannot be got',
  });
  expect(check(diagnosis, 'releases').detail).toMatch(/2\.12\.99.* answers 404$/);
});

test('a cache that cannot be written matters when something has yet to be put there', async () => {
  await world.install('', 'file', '');
  world.env['NATS_CHAOS_CACHE'] = join(world.folder, 'file', 'cache');
  await world.releases.putNats('2.12.3');
  world.releases.putToxiproxy('2.12.0');
  const without = await diagnose(world.env, '2.12.3');
  expect(check(without, 'cache')).toMatchObject({ status: 'missing', blocking: true });
  expect(without.canRun).toBe(false);
  await installBoth();
  const withBoth = await diagnose(world.env, '2.12.3');
  expect(check(withBoth, 'cache')).toMatchObject({ status: 'missing' });
  expect(withBoth.canRun).toBe(true);
});

test('a binary that the user names and that does not run is said to be so', async () => {
  await installBoth();
  world.env['NATS_SERVER_BIN'] = join(world.folder, 'nowhere');
  const diagnosis = await diagnose(world.env, '2.12.3');
  expect(check(diagnosis, 'nats-server')).toMatchObject({ status: 'missing', blocking: true });
  expect(check(diagnosis, 'nats-server').detail).toContain('does not run');
  expect(diagnosis.canRun).toBe(false);
});

test('the text has a word for every mark, one line for each hint, and colour only when asked', async () => {
  await world.releases.close();
  const diagnosis = await diagnose(world.env, undefined);
  const text = diagnosisText(diagnosis, false);
  expect(text).not.toContain('\u001b');
  expect(diagnosisText(diagnosis, true)).toContain('\u001b[31m✗ missing\u001b[0m');
  const lines = text.split('\n');
  for (const { title, status, hint } of diagnosis.checks) {
    expect(lines.some((line) => line.includes(`${status} `) && line.includes(title))).toBe(true);
    if (hint !== undefined) expect(lines.filter((line) => line === `  ${title}: ${hint}`)).toHaveLength(1);
  }
  expect(lines.at(-1)).toBe('Experiments cannot run here yet.');
});

test('the command prints the same as JSON, and its exit code says whether experiments can run', async () => {
  await installBoth();
  await world.releases.close();
  // A machine's own binaries would be found before those of the test.
  for (const name of [...Object.values(TOOLS).map((tool) => tool.binaryVariable)]) vi.stubEnv(name, '');
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (written.push(String(text)), true));
  expect(await doctorCommand({ json: true, nats: '2.12.3' })).toBe(0);
  expect(JSON.parse(written.join(''))).toEqual(await diagnose(world.env, '2.12.3'));
  expect(await doctorCommand({ nats: '2.11' })).toBe(3);
  expect(written.at(-1)).toContain('✗ missing  nats-server');
});

test('the version that is looked for, when none is named, is the one that the environments name', async () => {
  const folder = packageUrl('environments').pathname;
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(0);
  // What it shows is seen on older servers only.
  for (const file of files.filter((name) => name !== 'supercluster-optimistic.yaml')) {
    const text = await readFile(join(folder, file), 'utf8');
    expect(/^nats: *["']?([^"'\n]+)/m.exec(text)?.[1], file).toBe(DEFAULT_NATS);
  }
});
