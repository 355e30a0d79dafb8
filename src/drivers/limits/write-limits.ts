import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import type { WriteLimits } from '../capabilities/filesystems.ts';
import { controllerRoots } from './cgroup-roots.ts';
import { readText } from '../system/read-text.ts';

/**
 * Limits on a block device, in the root control group (version 1), so that they apply to every writer: the server, and
 * the filesystem's journal that writes for it.
 */
const FILES = {
  bytesPerSecond: 'blkio.throttle.write_bps_device',
  writesPerSecond: 'blkio.throttle.write_iops_device',
} as const;
type Limit = keyof typeof FILES;
const LIMITS = Object.keys(FILES) as Limit[];

/** @throws ChaosError when this machine has no such limits */
export function setWriteLimits(device: string, limits: WriteLimits): void {
  for (const limit of LIMITS) {
    const value = limits[limit];
    if (value !== undefined) setRule(limit, device, Math.max(1, Math.round(value)));
  }
}

/** Removes them; harmless when there are none. */
export function clearWriteLimits(device: string): void {
  for (const limit of Object.keys(writeLimits(device)) as Limit[]) setRule(limit, device, 0);
}

/** The limits that the kernel reports. */
export function writeLimits(device: string): WriteLimits {
  const limits: WriteLimits = {};
  for (const limit of LIMITS) {
    const value = ruleIn(readText(join(rootFolder() ?? '', FILES[limit])), numberOf(device));
    if (value !== undefined) limits[limit] = value;
  }
  return limits;
}

/** @param rules lines such as `7:0 262144` */
export function ruleIn(rules: string, number: string): number | undefined {
  const line = rules.split('\n').find((text) => text.startsWith(`${number} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}

/** A value of 0 removes the rule. */
function setRule(limit: Limit, device: string, value: number): void {
  const folder = rootFolder();
  if (folder === undefined) throw new ChaosError('failed', 'this machine has no limits on writing (blkio)');
  writeFileSync(join(folder, FILES[limit]), `${numberOf(device)} ${value}`);
}

function rootFolder(): string | undefined {
  const { blkio } = controllerRoots();
  return blkio?.version === 1 ? blkio.folder : undefined;
}

/** `7:0` */
function numberOf(device: string): string {
  return readText(`/sys/block/${basename(device)}/dev`).trim();
}
