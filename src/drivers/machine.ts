/** What a machine has of what some powers need, looked up without changing anything. */
export interface MachineSurvey {
  /** Why this process may not mount filesystems, or null when it may. */
  root: string | null;
  /** Whether new loop devices can be asked for. */
  loopDevices: boolean;
  /** Commands that were looked for → whether they are there. */
  commands: Record<SystemCommand, boolean>;
  /** Controllers of Linux control groups: which version carries each, null where none can be written. */
  cgroups: Record<CgroupController, 1 | 2 | null>;
  /** Whether the Docker engine that the variables name is reached by a socket of this machine. */
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
