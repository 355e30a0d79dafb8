import { dirname, join } from 'node:path';
import { CGROUP_CONTROLLERS, type CgroupController } from '../machine.ts';
import { readText } from '../system/read-text.ts';

/** Where the control groups of a controller begin. */
export interface ControllerRoot {
  folder: string;
  version: 1 | 2;
}

/** Where each controller is mounted; a controller that this machine lacks is left out. */
export function controllerRoots(): Partial<Record<CgroupController, ControllerRoot>> {
  return rootsIn(readText('/proc/self/mounts'), (folder) => readText(join(folder, 'cgroup.controllers')));
}

/** The control group of a process, as a mounted folder; null when its controller is not mounted. */
export function groupOf(controller: CgroupController, pid: number | 'self'): ControllerRoot | null {
  const root = controllerRoots()[controller];
  const path = pathIn(readText(`/proc/${pid}/cgroup`), root?.version === 1 ? controller : '');
  return root === undefined || path === null ? null : { ...root, folder: join(root.folder, path) };
}

/**
 * Where a group that limits a process can be made: below the process's group in version 1; beside it in version 2,
 * where a group holds either processes or groups. Null when that is not allowed.
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
      // Version 2 has another name for limits on disks.
      const name = controller === 'blkio' ? 'io' : controller;
      if (type === 'cgroup2' && available(folder).trim().split(' ').includes(name)) {
        roots[controller] = { folder, version: 2 };
      }
    }
  }
  return roots;
}
