import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { processStart } from '../../support/process-start.ts';
import type { ProcessState } from '../driver.ts';
import { ownersOf, readTcpTable } from '../process/sockets.ts';
import { isStopped } from '../process/server-process.ts';

/** A server's process that somebody else started. */
export interface FoundProcess {
  pid: number;
  /** When it began: the same id with another beginning is another process, and none of our business. */
  started: string;
}

/**
 * The nats-server that listens on these ports of this machine, both of them: a tunnel or a forwarder is none.
 *
 * @returns the process, or in words why it cannot be told or touched
 */
export function findServer(clientPort: number, monitorPort: number): FoundProcess | string {
  const table = readTcpTable().filter((socket) => socket.listening);
  const listeners = (port: number): number[] =>
    ownersOf(new Set(table.filter((socket) => socket.localPort === port).map((socket) => socket.inode)));
  const monitors = listeners(monitorPort);
  const both = listeners(clientPort).filter((pid) => monitors.includes(pid));
  const ports = `ports ${clientPort} and ${monitorPort}`;
  const [pid] = both;
  if (pid === undefined) return `no process that this user may look into listens on ${ports} of this machine`;
  if (both.length > 1)
    return `processes ${both.join(', ')} all listen on ${ports}, so that nobody can tell which it is`;
  const program = programOf(pid);
  if (!program.startsWith('nats-server'))
    return `process ${pid}, which listens on ${ports}, is ${program}, and no nats-server`;
  const started = processStart(pid);
  if (started === null) return `process ${pid} has just ended`;
  return maySignal(pid) ? { pid, started } : `this user may not signal process ${pid}`;
}

export function stateOf({ pid, started }: FoundProcess): ProcessState {
  if (processStart(pid) !== started) return 'down';
  return isStopped(pid) ? 'paused' : 'running';
}

/** Signals this very process and no other that has got its id since. @returns false when it is gone */
export function signal(found: FoundProcess, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  if (stateOf(found) === 'down') return false;
  process.kill(found.pid, name);
  return true;
}

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return 'unknown';
  }
}

function maySignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
