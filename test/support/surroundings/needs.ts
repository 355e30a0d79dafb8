import type { Capability } from '../../../src/drivers/driver.ts';
import type { MachineSurvey, SystemCommand } from '../../../src/drivers/machine.ts';
import { driverOffer } from '../../../src/plan/driver-offer.ts';
import { onMachine, reasonAgainst } from '../../../src/plan/machine-offer.ts';
import { PROGRAMS, type Gap, type Program, type ServerSet, type Surroundings } from './surroundings.ts';

/** One thing that tests need: what stands against it here, or null. */
export type Need = (surroundings: Surroundings) => Gap | null;

export function servers(...sets: ServerSet[]): Need {
  return ({ servers: states }) => {
    const gaps = sets.flatMap((set) => (states[set] === 'there' ? [] : states[set]));
    const [first] = gaps;
    return first === undefined ? null : { why: gaps.map(({ why }) => why).join('; '), how: first.how };
  };
}

export const engine: Need = ({ engine: state, programs: { docker, dockerd } }) => {
  if (state === 'answers') return null;
  const beside = dockerd
    ? 'dockerd is here; `. .ci/engine` starts one for a shell'
    : docker
      ? 'the docker command is here, and is only a client; the package docker.io has an engine'
      : 'the package docker.io has one';
  return { ...state, how: `${state.how}; ${beside}` };
};

export const compose: Need = ({ compose: state }) => (state === 'there' ? null : state);

/** All of these on the PATH, or where administrators have them. */
export function programs(...names: Program[]): Need {
  return ({ programs: there }) => {
    const absent = names.filter((name) => !there[name]);
    if (absent.length === 0) return null;
    return {
      why: `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not installed`,
      how: `install ${absent.map((name) => PROGRAMS[name]).join(', ')}`,
    };
  };
}

/** What the process driver needs for these capabilities, in the words of `chaos doctor`. */
export function capabilities(...wanted: Capability[]): Need {
  return ({ machine }) => {
    const reason = reasonAgainst(wanted, onMachine(driverOffer('process'), machine));
    if (reason === null) return null;
    // Without root every capability lacks root, and naming it once is enough.
    return { why: machine.root ?? reason, how: howToHave(machine, reason) };
  };
}

const PACKAGES: Record<SystemCommand, string> = {
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  mount: 'mount',
  umount: 'mount',
  fallocate: 'util-linux',
  xfs_io: 'xfsprogs',
  iptables: 'iptables',
  'iptables-restore': 'iptables',
  nsenter: 'util-linux',
  ss: 'iproute2',
  unshare: 'util-linux',
};

function howToHave({ root, commands }: MachineSurvey, reason: string): string {
  const packages = Object.entries(PACKAGES).flatMap(([command, name]) =>
    !commands[command as SystemCommand] && reason.includes(command) ? [name] : [],
  );
  const steps = [
    ...(root === null ? [] : ['run as root on Linux']),
    ...(packages.length === 0 ? [] : [`install ${[...new Set(packages)].join(', ')}`]),
  ];
  return steps.length > 0
    ? steps.join(', and ')
    : 'use a machine that lets root make loop devices and control groups';
}
