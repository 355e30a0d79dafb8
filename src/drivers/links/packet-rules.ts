import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clearRules, LISTING, markedRules, type Rule } from './packet-filter.ts';
import { readText } from '../system/read-text.ts';
import { administratorEnv } from '../system/command.ts';

/** @param folder the run's own: its name is unique, so `rulesOfRun` finds the run's rules by it */
export function runMark(folder: string): string {
  return `${basename(folder)}.`;
}

/** Rules of this machine's packet filter that were made for the run of a folder; all are in the chain INPUT. */
export function rulesOfRun(folder: string): Rule[] {
  if (!mayHaveRules()) return [];
  const args = [...LISTING, 'INPUT'];
  const { stdout } = spawnSync('iptables', args, { encoding: 'utf8', env: administratorEnv() });
  return markedRules(stdout, runMark(folder));
}

/** Removes them. Safe to repeat. */
export async function removeRules(folder: string): Promise<void> {
  // The caller checks what is left.
  if (rulesOfRun(folder).length > 0) await clearRules('own', runMark(folder)).catch(() => undefined);
}

/**
 * Only root makes rules. Also, the legacy iptables would load its kernel modules when it is asked on a machine without
 * a filter.
 */
function mayHaveRules(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = iptablesPath();
  if (path === undefined) return false;
  return path.includes('nft') || readText('/proc/net/ip_tables_names') !== '';
}

/** The real path of the command, with links resolved. */
function iptablesPath(): string | undefined {
  for (const folder of (administratorEnv().PATH ?? '').split(':')) {
    try {
      return realpathSync(join(folder, 'iptables'));
    } catch {
      // It is in another folder, or nowhere.
    }
  }
  return undefined;
}
