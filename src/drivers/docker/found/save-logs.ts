import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainLog } from '../logs.ts';
import type { Found } from './take-stock.ts';

/** Keeps what every server has said, one file each; of a container that is gone there is nothing to keep. */
export async function saveLogs({ servers, containers }: Found, logFolder: string): Promise<void> {
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
