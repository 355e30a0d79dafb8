import { join } from 'node:path';
import { CGROUP_CONTROLLERS, type CgroupController } from '../machine.ts';
import { readText } from './read-text.ts';

/** Where the control groups of a controller begin. */
export interface ControllerRoot {
  folder: string;
  version: 1 | 2;
}

/** Where each controller is mounted; none for one that this machine has not. */
export function controllerRoots(): Partial<Record<CgroupController, ControllerRoot>> {
  return rootsIn(readText('/proc/self/mounts'), (folder) => readText(join(folder, 'cgroup.controllers')));
}

/**
 * @param mounts the text of /proc/mounts
 * @param available the controllers of a mount of version 2, separated by spaces
 */
export function rootsIn(
  mounts: string,
  available: (folder: string) => string,
): Partial<Record<CgroupController, ControllerRoot>> {
  const roots: Partial<Record<CgroupController, ControllerRoot>> = {};
  for (const line of mounts.split('\n')) {
    const [, folder = '', type, options = ''] = line.split(' ');
    for (const controller of CGROUP_CONTROLLERS) {
      if (type === 'cgroup' && options.split(',').includes(controller)) {
        roots[controller] = { folder, version: 1 };
      }
      // Version 2 calls the limits on disks by another name.
      const name = controller === 'blkio' ? 'io' : controller;
      if (type === 'cgroup2' && available(folder).trim().split(' ').includes(name)) {
        roots[controller] = { folder, version: 2 };
      }
    }
  }
  return roots;
}
