/** What a machine has of the things that some capabilities need. The survey changes nothing. */
export interface MachineSurvey {
  /** Why this process may not mount filesystems, or null when it may. */
  root: string | null;
  /** Whether new loop devices can be asked for. */
  loopDevices: boolean;
  /** Command → whether it is installed. */
  commands: Record<SystemCommand, boolean>;
  /** Controller of Linux control groups → the version that has it; null when it cannot be written. */
  cgroups: Record<CgroupController, 1 | 2 | null>;
  /** Whether the Docker engine of the environment's variables is reached through a socket of this machine. */
  engineIsHere: boolean;
}

export const SYSTEM_COMMANDS = [
  'mkfs.ext4',
  'losetup',
  'mount',
  'umount',
  'fallocate',
  'xfs_io',
  'iptables',
  'iptables-restore',
  'nsenter',
  'ss',
  'unshare',
] as const;
export type SystemCommand = (typeof SYSTEM_COMMANDS)[number];

export const CGROUP_CONTROLLERS = ['cpu', 'memory', 'blkio'] as const;
export type CgroupController = (typeof CGROUP_CONTROLLERS)[number];
