import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainLog } from '../logs.ts';
import type { Found } from './take-stock.ts';

/** Keeps all that the servers have printed, before their containers go. What cannot be read is left out. */
export async function saveLogs({ servers, containers }: Found, logFolder: string): Promise<void> {
  mkdirSync(logFolder, { recursive: true });
  for (const { name, address } of servers) {
    const log = await containers
      .get(address)
      ?.server.container.logs({ stdout: true, stderr: true })
      .catch(() => undefined);
    if (log !== undefined) writeFileSync(join(logFolder, `${name}.log`), plainLog(log));
  }
}
