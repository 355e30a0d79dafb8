import { writeFileSync } from 'node:fs';
import type { SystemCommand } from '../machine.ts';
import { systemCommand } from '../system/command.ts';

/** Another tool may lock the tables for a moment. */
const WAIT_S = '3';
const ATTEMPTS = 3;

/** A network namespace: the one of a process, or the runner's own. */
export type Namespace = number | 'own';

/** A rule of the kernel's packet filter, as arguments of iptables: the chain comes first. */
export type Rule = readonly string[];

/** The mark of a fault's rules. @param runMark the mark of the run */
export function faultMark(runMark: string, fault: string): string {
  return `${runMark}${fault.replaceAll(/[^\w]/g, '-')}.`;
}

/** Gives a rule the comment by which it is found again. */
export function named(mark: string): string[] {
  return ['-m', 'comment', '--comment', mark];
}

/**
 * Inserts rules before all others, all at once; packets meet the last rule first.
 *
 * @param file the rules are first written to this file; left out: to no file
 * @throws ChaosError
 */
export async function addRules(namespace: Namespace, rules: readonly Rule[], file?: string): Promise<void> {
  if (rules.length > 0) await change(namespace, '-I', rules, file);
}

/** Rules whose mark begins with `mark`. @throws ChaosError when the namespace cannot be read */
export async function rulesOf(namespace: Namespace, mark: string): Promise<Rule[]> {
  return markedRules(await inside(namespace, 'iptables', [...LISTING]), mark);
}

/** The same rules with the kernel's counts: `-c`, packets, bytes. */
export async function countedRulesOf(namespace: Namespace, mark: string): Promise<Rule[]> {
  return markedRules(await inside(namespace, 'iptables', [...LISTING, '-v']), mark);
}

/**
 * Removes every rule whose mark begins with `mark`. Harmless when there is none. @throws ChaosError when one remains
 */
export async function clearRules(namespace: Namespace, mark: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const rules = await rulesOf(namespace, mark);
    if (rules.length === 0) return;
    try {
      await change(namespace, '-D', rules);
    } catch (error) {
      // Another process removes the same rules, and a transaction fails when one of its rules no longer exists.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Arguments of iptables that list every rule. */
export const LISTING = ['-w', WAIT_S, '-S'] as const;

/** @param listing as iptables prints it, with or without counts */
export function markedRules(listing: string, mark: string): Rule[] {
  return listing
    .split('\n')
    .map((line) => line.split(' ').map((word) => word.replaceAll('"', '')))
    .filter((words) => words[0] === '-A' && words[words.indexOf('--comment') + 1]?.startsWith(mark))
    .map((words) => words.slice(1));
}

/** The input of iptables-restore that adds or removes rules, and leaves the rest of the table alone. */
export function transaction(how: '-I' | '-D', rules: readonly Rule[]): string {
  return ['*filter', ...rules.map((rule) => [how, ...rule].join(' ')), 'COMMIT', ''].join('\n');
}

/** Arguments of iptables-restore that leave every other rule alone. */
export const RESTORING = ['-n', '-w', WAIT_S] as const;

async function change(
  namespace: Namespace,
  how: '-I' | '-D',
  rules: readonly Rule[],
  file?: string,
): Promise<void> {
  const text = transaction(how, rules);
  if (file === undefined) {
    await inside(namespace, 'iptables-restore', RESTORING, text);
    return;
  }
  writeFileSync(file, text);
  await inside(namespace, 'iptables-restore', [...RESTORING, file]);
}

function inside(
  namespace: Namespace,
  command: SystemCommand,
  args: readonly string[],
  input?: string,
): Promise<string> {
  if (namespace === 'own') return systemCommand(command, args, input);
  return systemCommand('nsenter', ['-t', String(namespace), '-n', command, ...args], input);
}
