import { readFileSync } from 'node:fs';
import { run } from '../../../support/exec.ts';
import { ChaosError, messageOf } from '../../../support/errors.ts';
import {
  addRules,
  clearRules as clearMarked,
  named,
  rulesOf as marked,
  type Rule,
} from '../../shared/packet-filter.ts';

const CALL_MS = 5_000;

/** Why the network namespaces of containers on this machine cannot be entered, in words; null when they can. */
export async function againstNamespaces(
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

/** How packets between a container and others are treated. */
export type Treatment = 'refuse' | 'drop';

/**
 * Keeps packets from passing between a container and some addresses, both ways.
 *
 * @param mark what the rules are found by again
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
  // Without a condition it would end them all.
  if (peers.length === 0) return;
  await inside(pid, 'ss', ['-tnHK', peers.map((peer) => `dst ${peer}`).join(' or ')]);
}

/** Rules with this mark in a container's network namespace, as arguments; none where it cannot be entered. */
export async function rulesOf(pid: number, mark: string): Promise<Rule[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  return marked(pid, mark).catch(() => []);
}

/** Takes every rule with this mark out again. Harmless when there is none. */
export async function clearRules(pid: number, mark: string): Promise<void> {
  if ((await rulesOf(pid, mark)).length > 0) await clearMarked(pid, mark);
}

/** As they are put in, the last one first in force. */
const RULES: Record<Treatment, (peers: string) => string[][]> = {
  drop: (peers) => [
    ['OUTPUT', '-d', peers, '-j', 'DROP'],
    ['INPUT', '-s', peers, '-j', 'DROP'],
  ],
  refuse: (peers) => [
    ['OUTPUT', '-d', peers, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
    // The refusal itself has to pass.
    ['OUTPUT', '-d', peers, '-p', 'tcp', '--tcp-flags', 'RST', 'RST', '-j', 'ACCEPT'],
    ['INPUT', '-s', peers, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
  ],
};

/** Whether it is the namespace of that address: ids of processes are those of the engine's machine, maybe another one. */
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
