import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clearRules, LISTING, markedRules, type Rule } from './packet-filter.ts';
import { readText } from './read-text.ts';
import { administratorEnv } from './system-command.ts';

/** @param folder the run's own: its name is unique, so that `rulesOfRun` finds what was put into the kernel for it */
export function runMark(folder: string): string {
  return `${basename(folder)}.`;
}

/** Rules of this machine's packet filter that were made for the run of a folder: they are for what arrives here. */
export function rulesOfRun(folder: string): Rule[] {
  if (!mayHaveRules()) return [];
  const args = [...LISTING, 'INPUT'];
  const { stdout } = spawnSync('iptables', args, { encoding: 'utf8', env: administratorEnv() });
  return markedRules(stdout, runMark(folder));
}

/** Takes them out. Safe to repeat. */
export async function removeRules(folder: string): Promise<void> {
  // What stays is for the caller to see.
  if (rulesOfRun(folder).length > 0) await clearRules('own', runMark(folder)).catch(() => undefined);
}

/** Only root makes rules; and the older iptables, asked on a machine that filters nothing, would begin with it. */
function mayHaveRules(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = iptablesPath();
  if (path === undefined) return false;
  return path.includes('nft') || readText('/proc/net/ip_tables_names') !== '';
}

/** What the command really is. */
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
