import { readdirSync } from 'node:fs';
import { sleep } from '../../support/deadline.ts';
import { readText } from '../system/read-text.ts';
import { systemCommand } from '../system/command.ts';
import { clearWriteLimits } from '../limits/write-limits.ts';

const UNMOUNT_ATTEMPTS = 20;
const UNMOUNT_EVERY_MS = 50;

/** Mount points below a folder, the last mounted first. */
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
 * Unmounts every filesystem below a folder, and nothing else, and detaches its loop devices. Unwritten data is
 * discarded, so that this is fast. Safe to repeat; the caller checks what is left.
 */
export async function unmountBelow(folder: string): Promise<void> {
  // A limit stays with the device and would affect its next user.
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
  // Another process uses it; the lazy unmount takes effect when that process closes its files.
  await systemCommand('umount', ['-l', point]).catch(() => '');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
