import { readFileSync } from 'node:fs';
import { run } from '../../../support/exec.ts';
import { ChaosError, messageOf } from '../../../support/errors.ts';

const CALL_MS = 5_000;
/** Another tool may hold the tables for a moment. */
const WAIT_S = '3';

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
    await inside(pid, 'iptables', ['-w', WAIT_S, '-S']);
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
  for (const rule of RULES[treatment](peers.join(','))) {
    const named = ['-m', 'comment', '--comment', mark];
    const [chain = '', ...rest] = rule;
    await inside(pid, 'iptables', ['-w', WAIT_S, '-I', chain, ...named, ...rest]);
  }
}

/** Ends the connections of a container with some addresses at once. */
export async function endConnections(pid: number, peers: readonly string[]): Promise<void> {
  // Without a condition it would end them all.
  if (peers.length === 0) return;
  await inside(pid, 'ss', ['-tnHK', peers.map((peer) => `dst ${peer}`).join(' or ')]);
}

/** Rules with this mark in a container's network namespace, as arguments. */
export async function rulesOf(pid: number, mark: string): Promise<string[][]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  const { stdout, exitCode } = await run(
    'nsenter',
    ['-t', String(pid), '-n', 'iptables', '-w', WAIT_S, '-S'],
    { timeoutMs: CALL_MS },
  ).catch(() => ({ stdout: '', exitCode: 1 }));
  if (exitCode !== 0) return [];
  return stdout
    .split('\n')
    .map((line) => line.split(' ').map((word) => word.replaceAll('"', '')))
    .filter((words) => words[0] === '-A' && words.some((word) => word.startsWith(mark)))
    .map((words) => words.slice(1));
}

/** Takes every rule with this mark out again. Harmless when there is none. */
export async function clearRules(pid: number, mark: string): Promise<void> {
  for (const rule of await rulesOf(pid, mark)) await inside(pid, 'iptables', ['-w', WAIT_S, '-D', ...rule]);
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

/** Process ids are those of the engine's machine, which may look like this one and be another. */
function isNamespaceOf(pid: number, address: string): boolean {
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
