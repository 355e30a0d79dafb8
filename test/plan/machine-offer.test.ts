import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SYSTEM_COMMANDS, type MachineSurvey } from '../../src/drivers/machine.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { buildPlan, LackingError } from '../../src/plan/build.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { COMPOSE_OFFER, containersOffer } from '../../src/plan/containers-offer.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';
import type { Environment } from '../../src/experiment/schema/environment.ts';
import { onMachine, reasonAgainst, withEnginesOf } from '../../src/plan/machine-offer.ts';

const cwd = join(import.meta.dirname, '../..');
const everything: MachineSurvey = {
  root: null,
  loopDevices: true,
  commands: Object.fromEntries(SYSTEM_COMMANDS.map((name) => [name, true])) as MachineSurvey['commands'],
  cgroups: { cpu: 2, memory: 2, blkio: 1 },
  engineIsHere: true,
};
const powerFailure = loadExperiment('experiments/findings/power-failure-sync-always.yaml', { env: {}, cwd });
const plan = (survey: MachineSurvey, experiment = powerFailure) =>
  buildPlan(experiment, onMachine(driverOffer('process'), survey));

describe('what a machine lacks', () => {
  it('is nothing where all is there, and stores then get filesystems of their own', () => {
    const { spec, ...rest } = plan(everything);
    expect(spec.stores).toBe('own-filesystem');
    expect(describePlan({ spec, ...rest })).toContain('each store on a small filesystem of its own');
  });

  it.each([
    [{ root: 'this process is not root' }, 'this process is not root'],
    [{ loopDevices: false }, '/dev/loop-control is not there'],
    [{ commands: { ...everything.commands, xfs_io: false } }, 'xfs_io is not there'],
    [
      { commands: { ...everything.commands, losetup: false, umount: false } },
      'losetup and umount are not there',
    ],
    [
      { root: 'this process is not root', commands: { ...everything.commands, xfs_io: false } },
      'this process is not root, xfs_io is not there',
    ],
  ])('is told in one line, before anything starts: %o', (lack, words) => {
    expect(() => plan({ ...everything, ...lack })).toThrow(
      `experiments/findings/power-failure-sync-always.yaml:25:14: the fault power-failure needs root, loop devices, ext4 (packages e2fsprogs and mount) and xfs_io (package xfsprogs): ${words}`,
    );
  });

  it.each([
    ['cpu', { cpu: null }, 'root and control groups with the controller cpu: none can be made'],
    ['memory', { memory: null }, 'root and control groups with the controller memory: none can be made'],
    ['disk-speed', { blkio: 2 }, /with the controller blkio: they are of version 2$/],
    ['disk-speed', { blkio: null }, /with the controller blkio: none can be written$/],
  ] as const)('is told of control groups: %s with %o', (power, lack, words) => {
    const cgroups = { ...everything.cgroups, ...lack };
    const { lacking = {} } = onMachine(driverOffer('process'), { ...everything, cgroups });
    expect(lacking[power]).toMatch(words);
  });

  it('is told apart from what is wrong with the files', () => {
    expect(() => plan({ ...everything, loopDevices: false })).toThrow(LackingError);
  });

  it('keeps packets from being lost in a plan, and is told of no run in which none are', () => {
    const lossy = loadExperiment('test/fixtures/good/packet-loss.yaml', { env: {}, cwd });
    expect(plan(everything, lossy).spec.packets).toBe(true);
    expect(plan(everything).spec.packets).toBeUndefined();
    const without = { ...everything, commands: { ...everything.commands, iptables: false } };
    expect(() => plan(without, lossy)).toThrow(
      'good/packet-loss.yaml:8:14: the fault packet-loss needs root and iptables (packages iptables and util-linux): iptables is not there',
    );
  });

  it('is in the way of no other fault', () => {
    const bare: MachineSurvey = {
      root: 'this process is not root',
      loopDevices: false,
      commands: Object.fromEntries(SYSTEM_COMMANDS.map((name) => [name, false])) as MachineSurvey['commands'],
      cgroups: { cpu: null, memory: null, blkio: null },
      engineIsHere: true,
    };
    const partition = loadExperiment('experiments/partition-recovery.yaml', { env: {}, cwd });
    expect(plan(bare, partition).spec.stores).toBeUndefined();
    expect(() => plan(bare)).toThrow(/the fault power-failure needs/);
    expect(onMachine(driverOffer('process'), bare).lacking?.packets).toBe(
      'root and iptables (packages iptables and util-linux): this process is not root, iptables, iptables-restore, nsenter and unshare are not there',
    );
  });

  it('is asked of containers where their disks are concerned; an engine limits them by itself', () => {
    const bare = {
      ...everything,
      root: 'this process is not root',
      cgroups: { cpu: null, memory: null, blkio: null },
    };
    const { capabilities, lacking = {} } = onMachine(driverOffer('docker'), bare);
    expect(Object.keys(lacking)).toEqual(['packets', 'power', 'disk-space', 'disk-speed']);
    expect(capabilities).toEqual(expect.arrayContaining(['cpu', 'memory', 'pressure']));
  });

  it('is not asked of a driver that does not lean on the machine', () => {
    const other = { driver: 'other', capabilities: ['power'] as const, links: [] };
    expect(onMachine(other, { ...everything, root: 'no' })).toEqual(other);
  });
});

describe('what needs containers on this machine', () => {
  const on = (...hosts: (string | undefined)[]) => {
    const clusters = Object.fromEntries(
      hosts.map((host, i) => [`c${i}`, { docker: host === undefined ? undefined : { host } }]),
    ) as unknown as Environment['clusters'];
    return (dockerHostIsHere: boolean) =>
      withEnginesOf({ clusters }, { ...everything, engineIsHere: dockerHostIsHere });
  };

  it('goes by the engine that each cluster names, or else by DOCKER_HOST', () => {
    expect(on(undefined)(true).engineIsHere).toBe(true);
    expect(on(undefined, 'unix:///x.sock')(false).engineIsHere).toBe(false);
    expect(on('unix:///x.sock')(false).engineIsHere).toBe(true);
    expect(on(undefined, 'ssh://ops@far')(true).engineIsHere).toBe(false);
  });

  it('is refused by the plan when an engine is elsewhere, and what it needs is said', () => {
    const offer = onMachine(driverOffer('docker'), on('tcp://far:2376')(true));
    for (const power of ['packets', 'power', 'disk-space', 'disk-speed', 'pressure'] as const)
      expect(reasonAgainst([power], offer)).toMatch(
        /^a Docker engine on this machine.*: DOCKER_HOST, or the environment, names one elsewhere$/,
      );
    expect(reasonAgainst(['cpu', 'memory', 'links', 'disk'], offer)).toBeNull();
    expect(
      reasonAgainst(['pressure'], onMachine(driverOffer('process'), on('tcp://far:2376')(true))),
    ).toBeNull();
  });
});

describe('a black hole between containers that somebody else connected', () => {
  const silent = { kind: 'isolate', nodes: 'c/n1', mode: 'blackhole' };

  it.each([
    [{ root: 'this process is not root' }, 'this process is not root'],
    [{ engineIsHere: false }, 'DOCKER_HOST, or the environment, names one elsewhere'],
    [{ commands: { ...everything.commands, nsenter: false } }, 'nsenter is not there'],
  ])('is refused where packets cannot be dropped: %o', (lack, words) => {
    for (const offer of [COMPOSE_OFFER, containersOffer(true)]) {
      const here = onMachine(offer, { ...everything, ...lack });
      expect(here.objection?.(silent)).toMatch(
        /^the fault isolate with `mode: blackhole` drops packets here, which needs a Docker engine on this machine, root and nsenter, /,
      );
      expect(here.objection?.(silent)).toContain(`: ${words}; \`mode: reset\` may go without`);
      expect(here.objection?.({ ...silent, mode: 'reset' })).toBeNull();
      expect(here.objection?.({ ...silent, clients: true })).toMatch(
        /^clients connect to these containers directly/,
      );
    }
  });

  it('is not where they can', () => {
    expect(onMachine(COMPOSE_OFFER, everything).objection?.(silent)).toBeNull();
  });
});
