import type { Capability } from '../drivers/driver.ts';
import type { MachineSurvey, SystemCommand } from '../drivers/machine.ts';
import type { Environment } from '../experiment/schema/environment.ts';
import type { DriverOffer } from './driver-offer.ts';

/** What a driver can do on this machine, and why it cannot do what it could do elsewhere. */
export function onMachine(offer: DriverOffer, survey: MachineSurvey): DriverOffer {
  if (WITHOUT_PROXIES.includes(offer.driver)) return withoutBlackHoles(offer, survey);
  const dependent = OF_THE_MACHINE[offer.driver];
  if (dependent === undefined) return offer;
  const lacking: Partial<Record<Capability, string>> = {};
  const always = offer.driver === 'docker' ? [ENGINE_HERE] : [];
  for (const capability of dependent) {
    if (!offer.capabilities.includes(capability)) continue;
    const reason = lackOf([...always, ...(NEEDS[capability] ?? [])], survey);
    if (reason !== null) lacking[capability] = reason;
  }
  const capabilities = offer.capabilities.filter((capability) => lacking[capability] === undefined);
  return { ...offer, capabilities, lacking };
}

/** The survey, with `engineIsHere` for all engines that the environment names. */
export function withEnginesOf(
  { clusters }: Pick<Environment, 'clusters'>,
  survey: MachineSurvey,
): MachineSurvey {
  const isHere = (host: string | undefined): boolean =>
    host === undefined ? survey.engineIsHere : host.startsWith('unix:');
  return { ...survey, engineIsHere: Object.values(clusters).every(({ docker }) => isHere(docker?.host)) };
}

/** What some capabilities need, and what of that this machine lacks; null when it lacks nothing. */
export function reasonAgainst(requires: readonly Capability[], { lacking = {} }: DriverOffer): string | null {
  const reasons = new Set(requires.flatMap((capability) => lacking[capability] ?? []));
  return reasons.size === 0 ? null : [...reasons].join('; and ');
}

/** One thing that a capability needs of a machine. */
interface Need {
  name: string;
  /** What is missing, or null. */
  readonly lack: (survey: MachineSurvey) => string | null;
}

const ENGINE_HERE: Need = {
  name: 'a Docker engine on this machine',
  lack: ({ engineIsHere }) => (engineIsHere ? null : 'DOCKER_HOST, or the environment, names one elsewhere'),
};
const ROOT: Need = { name: 'root', lack: ({ root }) => root };
const LOOP_DEVICES: Need = {
  name: 'loop devices',
  lack: ({ loopDevices }) => (loopDevices ? null : '/dev/loop-control is not there'),
};
const EXT4 = commands('ext4 (packages e2fsprogs and mount)', ['mkfs.ext4', 'losetup', 'mount', 'umount']);
const FALLOCATE = commands('fallocate (package util-linux)', ['fallocate']);
const XFS_IO = commands('xfs_io (package xfsprogs)', ['xfs_io']);

const IPTABLES = commands('iptables (packages iptables and util-linux)', [
  'iptables',
  'iptables-restore',
  'nsenter',
  'unshare',
]);

/** Version 2 does not slow down what the journal of a filesystem writes. */
const BLKIO: Need = {
  name: 'control groups of version 1 with the controller blkio',
  lack: ({ cgroups }) =>
    cgroups.blkio === 1 ? null : cgroups.blkio === 2 ? 'they are of version 2' : 'none can be written',
};

const CPU_GROUPS: Need = {
  name: 'control groups with the controller cpu',
  lack: ({ cgroups }) => (cgroups.cpu === null ? 'none can be made' : null),
};

const MEMORY_GROUPS: Need = {
  name: 'control groups with the controller memory',
  lack: ({ cgroups }) => (cgroups.memory === null ? 'none can be made' : null),
};

const NEEDS: Partial<Record<Capability, Need[]>> = {
  packets: [ROOT, IPTABLES],
  power: [ROOT, LOOP_DEVICES, EXT4, XFS_IO],
  'disk-space': [ROOT, LOOP_DEVICES, EXT4, FALLOCATE],
  'disk-speed': [ROOT, LOOP_DEVICES, EXT4, BLKIO],
  cpu: [ROOT, CPU_GROUPS],
  memory: [ROOT, MEMORY_GROUPS],
};

/** Whether only root has the means for a capability. */
export function needsRoot(capability: Capability): boolean {
  return NEEDS[capability]?.includes(ROOT) === true;
}

/** What each driver does with the means of the machine; a Docker engine limits containers with its own means. */
const OF_THE_MACHINE: Record<string, readonly Capability[]> = {
  process: ['packets', 'power', 'disk-space', 'disk-speed', 'cpu', 'memory'],
  docker: ['packets', 'power', 'disk-space', 'disk-speed', 'pressure'],
};

/** Drivers without proxies on links: they drop packets by rules in the network namespaces of the containers. */
const WITHOUT_PROXIES = ['attached-docker', 'compose'];

const DROPPING: Need[] = [
  ENGINE_HERE,
  ROOT,
  commands('nsenter, iptables and ss (packages util-linux, iptables and iproute2)', [
    'nsenter',
    'iptables',
    'ss',
  ]),
];

/** The engine makes some cuts with `mode: reset` by itself; which ones is known only when it runs. */
function withoutBlackHoles(offer: DriverOffer, survey: MachineSurvey): DriverOffer {
  const reason = lackOf(DROPPING, survey);
  if (reason === null) return offer;
  const objection: DriverOffer['objection'] = (fault) => {
    const known = offer.objection?.(fault) ?? null;
    if (known !== null || fault['mode'] !== 'blackhole') return known;
    return `the fault ${fault.kind} with \`mode: blackhole\` drops packets here, which needs ${reason}; \`mode: reset\` may go without`;
  };
  return { ...offer, objection };
}

function commands(name: string, needed: SystemCommand[]): Need {
  return {
    name,
    lack: (survey) => {
      const absent = needed.filter((command) => !survey.commands[command]);
      return absent.length === 0
        ? null
        : `${listText(absent)} ${absent.length === 1 ? 'is' : 'are'} not there`;
    },
  };
}

/** `root, loop devices and xfs_io (package xfsprogs): xfs_io is not there` */
function lackOf(needs: readonly Need[], survey: MachineSurvey): string | null {
  const lacks = needs.flatMap((need) => need.lack(survey) ?? []);
  return lacks.length === 0 ? null : `${listText(needs.map(({ name }) => name))}: ${lacks.join(', ')}`;
}

function listText(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
