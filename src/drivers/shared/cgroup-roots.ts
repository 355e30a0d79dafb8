import { dirname, join } from 'node:path';
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

/** The control group that a process is in, where it is mounted. */
export function groupOf(controller: CgroupController, pid: number | 'self'): ControllerRoot | null {
  const root = controllerRoots()[controller];
  const path = pathIn(readText(`/proc/${pid}/cgroup`), root?.version === 1 ? controller : '');
  return root === undefined || path === null ? null : { ...root, folder: join(root.folder, path) };
}

/**
 * Where a group can be made that limits a process: below its own in version 1, and beside it in version 2, where a
 * group holds either processes or groups. Null where that is not allowed.
 */
export function homeFor(controller: CgroupController, pid: number | 'self'): ControllerRoot | null {
  const root = controllerRoots()[controller];
  const group = groupOf(controller, pid);
  if (root === undefined || group === null || group.version === 1) return group;
  const folder = group.folder === root.folder ? root.folder : dirname(group.folder);
  const given = readText(join(folder, 'cgroup.subtree_control')).trim().split(' ');
  return given.includes(controller) ? { folder, version: 2 } : null;
}

/**
 * @param text of /proc/<pid>/cgroup
 * @param controller empty for version 2
 */
export function pathIn(text: string, controller: string): string | null {
  for (const line of text.split('\n')) {
    const [, controllers, ...path] = line.split(':');
    if (controllers?.split(',').includes(controller) === true) return path.join(':');
  }
  return null;
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
