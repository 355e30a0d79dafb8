import { readdirSync } from 'node:fs';
import { sleep } from '../../support/deadline.ts';
import { readText } from './read-text.ts';
import { systemCommand } from './system-command.ts';
import { clearWriteLimits } from './write-limits.ts';

const UNMOUNT_ATTEMPTS = 20;
const UNMOUNT_EVERY_MS = 50;

/** Where filesystems are mounted below a folder, the last first. */
export function mountsBelow(folder: string): string[] {
  return mountPoints(readText('/proc/self/mounts'), folder);
}

/** Loop devices whose backing file is below a folder: `/dev/loop3`. */
export function loopsBelow(folder: string): string[] {
  return loops().flatMap(({ device, file }) => (file.startsWith(`${folder}/`) ? [device] : []));
}

/** The loop device of a file, or undefined. */
export function loopOf(file: string): string | undefined {
  return loops().find((loop) => loop.file === file)?.device;
}

/**
 * Unmounts every filesystem below a folder, and nothing else, and lets its loop devices go. What had not been written
 * out is thrown away, so that it takes no time. Safe to repeat; what cannot be done is left for the caller to see.
 */
export async function unmountBelow(folder: string): Promise<void> {
  // A limit belongs to the device and would meet whoever gets that next.
  for (const device of loopsBelow(folder)) clearWriteLimits(device);
  for (const point of mountsBelow(folder)) await unmount(point);
  for (const device of loopsBelow(folder)) await systemCommand('losetup', ['-d', device]).catch(() => '');
}

/** @param mounts the text of /proc/mounts, which writes spaces and the like in octal */
export function mountPoints(mounts: string, folder: string): string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .map((point) =>
      point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((point) => point.startsWith(`${folder}/`))
    .reverse();
}

function loops(): { device: string; file: string }[] {
  return namesIn('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .map((name) => ({
      device: `/dev/${name}`,
      file: readText(`/sys/block/${name}/loop/backing_file`).trimEnd(),
    }));
}

async function unmount(point: string): Promise<void> {
  await systemCommand('xfs_io', ['-x', '-c', 'shutdown', point]).catch(() => '');
  for (let attempt = 1; attempt <= UNMOUNT_ATTEMPTS; attempt += 1) {
    try {
      await systemCommand('umount', [point]);
      return;
    } catch {
      await sleep(UNMOUNT_EVERY_MS);
    }
  }
  // Something holds it that is none of ours; it then goes once that lets go.
  await systemCommand('umount', ['-l', point]).catch(() => '');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
