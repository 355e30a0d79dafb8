import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainLog } from '../engine/logs.ts';
import type { AttachedInventory } from './inventory.ts';

/** Saves the log of every server, one file each; a container that was removed has no log. */
export async function saveLogs({ servers, containers }: AttachedInventory, logFolder: string): Promise<void> {
  for (const { name, address } of servers) {
    const log = await containers
      .get(address)
      ?.server.container.logs({ stdout: true, stderr: true })
      .catch(() => null);
    if (!log) continue;
    mkdirSync(logFolder, { recursive: true });
    writeFileSync(join(logFolder, `${name}.log`), plainLog(log));
  }
}
