import { readFileSync } from 'node:fs';
import { run } from '../../../support/exec.ts';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import {
  addRules,
  clearRules as clearMarked,
  named,
  rulesOf as marked,
  type Rule,
} from '../../links/packet-filter.ts';

const CALL_MS = 5_000;

/** Why the network namespaces of containers on this machine cannot be entered, in words; null when they can. */
export async function findNamespaceProblem(
  pid: number,
  address: string,
  engine: string,
): Promise<string | null> {
  if (process.platform !== 'linux' || !engine.startsWith('unix:'))
    return 'the engine is not on this machine, or this is not Linux';
  if (process.getuid?.() !== 0) return 'the runner is not root';
  if (!isNamespaceOf(pid, address)) return `process ${pid} of the engine is not to be seen here`;
  try {
    await marked(pid, 'any');
    await inside(pid, 'ss', ['-tnH', 'dst', address]);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** What happens to packets between a container and others. */
export type Treatment = 'refuse' | 'drop';

/**
 * Blocks packets between a container and some addresses, in both directions.
 *
 * @param mark the comment by which the rules are found again
 */
export async function blockPeers(
  pid: number,
  peers: readonly string[],
  treatment: Treatment,
  mark: string,
): Promise<void> {
  if (peers.length === 0) return;
  // One rule is made for each address of the list.
  const rules = RULES[treatment](peers.join(',')).map(([chain = '', ...rest]) => [
    chain,
    ...named(mark),
    ...rest,
  ]);
  await addRules(pid, rules);
}

/** Ends the connections of a container with some addresses at once. */
export async function endConnections(pid: number, peers: readonly string[]): Promise<void> {
  // Without a condition ss would end all connections.
  if (peers.length === 0) return;
  await inside(pid, 'ss', ['-tnHK', peers.map((peer) => `dst ${peer}`).join(' or ')]);
}

/** Rules with this mark in a container's network namespace, as arguments; none where it cannot be entered. */
export async function rulesOf(pid: number, mark: string): Promise<Rule[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  return marked(pid, mark).catch(() => []);
}

/** Removes every rule with this mark. Harmless when there is none. */
export async function clearRules(pid: number, mark: string): Promise<void> {
  if ((await rulesOf(pid, mark)).length > 0) await clearMarked(pid, mark);
}

/** In the order of insertion: packets meet the last rule first. */
const RULES: Record<Treatment, (peers: string) => string[][]> = {
  drop: (peers) => [
    ['OUTPUT', '-d', peers, '-j', 'DROP'],
    ['INPUT', '-s', peers, '-j', 'DROP'],
  ],
  refuse: (peers) => [
    ['OUTPUT', '-d', peers, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
    // The reset itself must pass.
    ['OUTPUT', '-d', peers, '-p', 'tcp', '--tcp-flags', 'RST', 'RST', '-j', 'ACCEPT'],
    ['INPUT', '-s', peers, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
  ],
};

/**
 * Whether the process has that address in its namespace. The id comes from the engine's machine, which may be another
 * one.
 */
export function isNamespaceOf(pid: number, address: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/net/fib_trie`, 'utf8').includes(` ${address}\n`);
  } catch {
    return false;
  }
}

async function inside(pid: number, command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await run('nsenter', ['-t', String(pid), '-n', command, ...args], {
    timeoutMs: CALL_MS,
  });
  if (exitCode !== 0)
    throw new ChaosError('failed', `${command} in the network namespace of process ${pid}: ${stderr.trim()}`);
}
