import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { processStart } from '../../support/process-start.ts';
import type { ProcessState } from '../driver.ts';
import { ownersOf, readTcpTable } from '../system/sockets.ts';
import { isStopped } from '../process/server-process.ts';

/** A server's process that the runner did not start. */
export interface AttachedProcess {
  pid: number;
  /** When it started: the same id with another start is another process, which must not be touched. */
  started: string;
}

/**
 * The nats-server that listens on both of these ports of this machine. A tunnel or a forwarder does not count.
 *
 * @returns the process, or in words why it is unknown or may not be signalled
 */
export function findServer(clientPort: number, monitorPort: number): AttachedProcess | string {
  const table = readTcpTable().filter((socket) => socket.listening);
  const listeners = (port: number): number[] =>
    ownersOf(new Set(table.filter((socket) => socket.localPort === port).map((socket) => socket.inode)));
  const monitors = listeners(monitorPort);
  const both = listeners(clientPort).filter((pid) => monitors.includes(pid));
  const ports = `ports ${clientPort} and ${monitorPort}`;
  const [pid] = both;
  if (pid === undefined) return `no process that this user may look into listens on ${ports} of this machine`;
  if (both.length > 1)
    return `processes ${both.join(', ')} all listen on ${ports}, so the right one is unknown`;
  const program = programOf(pid);
  if (!program.startsWith('nats-server'))
    return `process ${pid}, which listens on ${ports}, is ${program}, not nats-server`;
  const started = processStart(pid);
  if (started === null) return `process ${pid} has just ended`;
  return maySignal(pid) ? { pid, started } : `this user may not signal process ${pid}`;
}

export function stateOf({ pid, started }: AttachedProcess): ProcessState {
  if (processStart(pid) !== started) return 'down';
  return isStopped(pid) ? 'paused' : 'running';
}

/** Signals exactly this process, and never another one that got its id later. @returns false when it has ended */
export function signal(server: AttachedProcess, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  if (stateOf(server) === 'down') return false;
  process.kill(server.pid, name);
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
