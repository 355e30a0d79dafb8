import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CGROUP_CONTROLLERS, SYSTEM_COMMANDS, type MachineSurvey } from '../../../src/drivers/machine.ts';
import { chooseGroups } from './choose-groups.ts';
import { GROUPS, type GroupName } from './groups.ts';
import { leftOutOf, leftOutTable } from './left-out-table.ts';
import { surveySurroundings } from './survey.ts';
import {
  PROGRAMS,
  SERVER_SETS,
  type Gap,
  type Program,
  type ServerSet,
  type Surroundings,
} from './surroundings.ts';

const ALL = Object.keys(GROUPS) as GroupName[];
const ON_AN_ENGINE: GroupName[] = ['containers', 'image', 'containers-root', 'compose', 'two-engines'];

const NO_ENGINE: Gap = {
  why: 'there is no Docker engine at unix:///var/run/docker.sock (ENOENT)',
  how: 'start it, or set DOCKER_HOST to where it is',
};
const NO_RIGHTS: Gap = {
  why: 'this user may not use the Docker engine at unix:///var/run/docker.sock (EACCES)',
  how: 'add the user to the group docker and log in again',
};
const NO_SERVERS: Gap = { why: 'nats-server 2.12.x is not here', how: 'install Go (go.dev/dl)' };
const NO_COMPOSE: Gap = { why: 'no compose is installed', how: 'install docker-compose' };

const machine: MachineSurvey = {
  root: null,
  loopDevices: true,
  commands: filled(SYSTEM_COMMANDS, true),
  cgroups: { ...filled(CGROUP_CONTROLLERS, 1 as const) },
  engineIsHere: true,
};
const programs = filled(Object.keys(PROGRAMS) as Program[], true);
const SETS = Object.keys(SERVER_SETS) as ServerSet[];
const servers = filled(SETS, 'there' as const);
const everything: Surroundings = { engine: 'answers', compose: 'there', servers, programs, machine };

const without = (...names: Program[]): Surroundings['programs'] => ({ ...programs, ...filled(names, false) });

/** Names of the groups that are left out, and all that is said of them. */
function leftOut(surroundings: Partial<Surroundings>): { names: GroupName[]; said: string } {
  const chosen = chooseGroups({ ...everything, ...surroundings }).leftOut;
  return { names: chosen.map(({ group }) => group), said: leftOutTable(chosen).replaceAll(/[\s│]+/g, ' ') };
}

describe('which tests run', () => {
  it('all of them where nothing lacks', () => {
    expect(chooseGroups(everything)).toEqual({ run: ALL, leftOut: [] });
  });

  it('without an engine: none on containers, and everything else', () => {
    const { names, said } = leftOut({ engine: NO_ENGINE, programs: without('docker', 'dockerd') });
    expect(names).toEqual(ALL.filter((name) => [...ON_AN_ENGINE, 'own-engine'].includes(name)));
    expect(said).toContain('there is no Docker engine');
    expect(said).toContain('the package docker.io has one');
  });

  it('with an engine that this user has no right to use: it is said so, and what to do', () => {
    const { names, said } = leftOut({ engine: NO_RIGHTS });
    expect(names).toEqual(ALL.filter((name) => ON_AN_ENGINE.includes(name)));
    expect(said).toContain('this user may not use the Docker engine');
    expect(said).toContain('add the user to the group docker');
  });

  it('with the client of an engine alone: it is no engine', () => {
    const { names, said } = leftOut({ engine: NO_ENGINE, programs: without('dockerd') });
    expect(names).toEqual(ALL.filter((name) => [...ON_AN_ENGINE, 'own-engine'].includes(name)));
    expect(said).toContain('the docker command is here, and is only a client');
  });

  it('with compose and no engine: compose brings nothing up', () => {
    const { names } = leftOut({ engine: NO_ENGINE, compose: 'there' });
    expect(names).toContain('compose');
    expect(names).toEqual(ALL.filter((name) => ON_AN_ENGINE.includes(name)));
  });

  it('with an engine and no compose: only what is brought up by it is left out', () => {
    expect(leftOut({ compose: NO_COMPOSE })).toEqual({
      names: ['compose'],
      said: expect.stringContaining('install docker-compose') as string,
    });
  });

  it('without root: all faults that need none', () => {
    const { names, said } = leftOut({ machine: { ...machine, root: 'this process is not root' } });
    const needRoot: GroupName[] = ['faults-root', 'containers-root', 'filesystems', 'cpu-limits'];
    expect(names).toEqual(expect.arrayContaining(needRoot));
    const needNone: GroupName[] = ['servers', 'containers', 'go', 'browser', 'questions', 'completion-bash'];
    for (const name of needNone) expect(names).not.toContain(name);
    expect(said).toContain('run as root on Linux');
  });

  it('as root without its tools: the packages are named that are missing, and no others', () => {
    const { names, said } = leftOut({
      machine: { ...machine, commands: { ...machine.commands, xfs_io: false } },
    });
    expect(names).toContain('power');
    expect(names).not.toContain('packets');
    expect(said).toMatch(/install xfsprogs │?/);
    expect(said).not.toContain('install iptables');
  });

  it('without Go: only what is about Go is left out, where servers are there', () => {
    expect(leftOut({ programs: without('go') })).toEqual({
      names: ['assertions', 'go'],
      said: expect.stringContaining('Go (go.dev/dl)') as string,
    });
  });

  it('without Go, and without servers: all that needs servers', () => {
    const { names } = leftOut({ programs: without('go'), servers: filled(SETS, NO_SERVERS) });
    const needNone: GroupName[] = [
      'redis',
      'stores',
      'postgres',
      'filesystems',
      'cpu-limits',
      'memory-limits',
      'packets',
      'python',
      'manifests',
      'browser',
    ];
    const shells: GroupName[] = ['completion-bash', 'completion-zsh', 'completion-fish'];
    expect(names).toEqual(ALL.filter((name) => ![...needNone, ...shells].includes(name)));
  });

  it('with one release alone, and no way to others: all that runs on it', () => {
    const { names } = leftOut({ servers: { ...servers, conformance: NO_SERVERS, upgrades: NO_SERVERS } });
    expect(names).toEqual(expect.arrayContaining(['conformance', 'upgrades', 'containers']));
    for (const name of ['servers', 'power', 'packet-loss'] as const) expect(names).not.toContain(name);
  });

  it('without pip: all but what needs packages of Python', () => {
    expect(leftOut({ programs: without('pip3') })).toEqual({
      names: ['python', 'manifests'],
      said: expect.stringContaining('the package python3-pip') as string,
    });
  });

  it('without Chromium: all but the browser', () => {
    expect(leftOut({ programs: without('chromium') })).toEqual({
      names: ['browser'],
      said: expect.stringContaining('the package chromium') as string,
    });
  });

  it('each either runs or is left out with a reason and a way, whatever lacks', () => {
    const gap = fc.constantFrom(NO_ENGINE, NO_RIGHTS);
    const flags = <K extends string>(keys: readonly K[]) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, fc.boolean()]))) as fc.Arbitrary<
        Record<K, boolean>
      >;
    const arbitrary = fc.record({
      engine: fc.oneof(fc.constant('answers' as const), gap),
      compose: fc.oneof(fc.constant('there' as const), fc.constant(NO_COMPOSE)),
      servers: fc.constantFrom(servers, filled(SETS, NO_SERVERS), { ...servers, upgrades: NO_SERVERS }),
      programs: flags(Object.keys(PROGRAMS) as Program[]),
      machine: fc.record({
        root: fc.constantFrom(null, 'this process is not root'),
        loopDevices: fc.boolean(),
        commands: flags(SYSTEM_COMMANDS),
        cgroups: fc.constant(machine.cgroups),
        engineIsHere: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(arbitrary, (surroundings) => {
        const { run, leftOut: out } = chooseGroups(surroundings);
        expect([...run, ...out.map(({ group }) => group)].sort()).toEqual([...ALL].sort());
        for (const { why, how } of out) expect([why, how].every((text) => text.length > 5)).toBe(true);
      }),
    );
  });
});

it('the table is about the tests of the projects that run', () => {
  const { leftOut: all } = chooseGroups({ ...everything, engine: NO_ENGINE, programs: without('go') });
  expect(leftOutOf(['unit'], all).map(({ group }) => group)).toEqual(['go']);
  expect(leftOutOf(['containers', 'containers-alone'], all).map(({ group }) => group)).toEqual(
    ALL.filter((name) => ON_AN_ENGINE.includes(name)),
  );
});

it('a look at a machine that has next to nothing finds that out, and how to get it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'surroundings-'));
  const closed = 'http://127.0.0.1:9';
  try {
    const found = await surveySurroundings({
      PATH: folder,
      HOME: folder,
      CHROMIUM: join(folder, 'chromium'),
      DOCKER_HOST: `unix://${folder}/docker.sock`,
      NATS_CHAOS_CACHE: join(folder, 'cache'),
      NATS_CHAOS_NATS_RELEASES: closed,
      NATS_CHAOS_TOXIPROXY_RELEASES: closed,
    });
    expect(found.engine).toMatchObject({ why: expect.stringMatching(/no Docker engine .*ENOENT/) as string });
    expect(found.compose).toMatchObject({ how: expect.stringContaining('docker-compose') as string });
    expect(found.servers.current).toMatchObject({ why: expect.stringContaining('no go on PATH') as string });
    expect(found.programs).toMatchObject({ go: false, chromium: false, zsh: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function filled<K extends string, V>(keys: readonly K[], value: V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value])) as Record<K, V>;
}
