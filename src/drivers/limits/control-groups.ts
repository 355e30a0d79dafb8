import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CGROUP_CONTROLLERS } from '../machine.ts';
import { controllerRoots } from './cgroup-roots.ts';

/** @param folder the run's own: its name is unique, so `groupsOfRun` finds the groups by it */
export function groupName(folder: string, node: string): string {
  return `${basename(folder)}.${node.replace('/', '.')}`;
}

/** All control groups that were made for the run of a folder. */
export function groupsOfRun(folder: string): string[] {
  const all = controllerRoots();
  const roots = new Set(CGROUP_CONTROLLERS.flatMap((controller) => all[controller]?.folder ?? []));
  return [...roots].flatMap(foldersBelow).filter((path) => isOfRun(path, folder));
}

/** Removes them; their processes must have ended. Safe to repeat. */
export function removeGroups(folder: string): void {
  for (const group of groupsOfRun(folder)) removedGroup(group);
}

/** Removes a group, which works only while no process is in it. @returns whether it no longer exists */
export function removedGroup(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}

function isOfRun(path: string, folder: string): boolean {
  return basename(path).startsWith(`${basename(folder)}.`);
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name))
      .flatMap((path) => [path, ...foldersBelow(path)]);
  } catch {
    return [];
  }
}
