import type { EndRequest, ServerExit } from '../../drivers/driver.ts';
import { ENGINE_GRACE_MS } from '../../drivers/server-exit.ts';
import type { FaultRecord } from '../../history/record.ts';
import { wasAskedToEnd, type CrashRecord, type HarnessRecord } from '../../history/server-crash.ts';
import type { Milliseconds } from '../../support/units.ts';
import { classifyExit } from './classify.ts';

/** A fault counts if it was in force within this time of an exit: clocks and proofs are not exact. */
const NEARLY_MS = 1_000;

/** The signals that end a server, for each request of a driver. */
const SIGNALS: Readonly<Record<EndRequest, readonly string[]>> = {
  kill: ['SIGKILL'],
  stop: ['SIGTERM', 'SIGKILL'],
  'lame-duck': ['SIGUSR2', 'SIGTERM', 'SIGKILL'],
};

/**
 * Whether the driver itself ended a server, and the server ended in the way that was asked for. The request explains
 * neither a panic during the shutdown nor a data race that is reported only then.
 */
export function endedOnRequest(exit: ServerExit): boolean {
  const { asked, signal, code } = exit;
  if (asked === null) return false;
  const { kind } = classifyExit(exit);
  // Somebody else has restarted or removed it since: how it ended is not known any more.
  if (signal === null && code === null) return true;
  // A killed server logs nothing more: its last lines are older than the kill.
  if (asked === 'kill') return signal === 'SIGKILL';
  if (kind === 'exit' || kind === 'fatal-log') return true;
  return kind === 'signal' && signal !== null && SIGNALS[asked].includes(signal);
}

/** Faults that are in force at a moment, those on a node first. */
export function faultsInForce(faults: readonly FaultRecord[], t: Milliseconds, node: string): FaultRecord[] {
  const inForce = faults.filter(
    ({ injectedAt = Infinity, removedAt = Infinity }) => injectedAt <= t && t <= removedAt + NEARLY_MS,
  );
  const on = (fault: FaultRecord): boolean => fault.targets.includes(node);
  return [...inForce.filter(on), ...inForce.filter((fault) => !on(fault))];
}

/** Which fault in force on that node may cause such an exit, in words, or null. */
export function expectedOf(exit: ServerExit, inForce: readonly FaultRecord[]): string | null {
  if (classifyExit(exit).kind !== 'out-of-memory') return null;
  const limit = inForce.find(({ kind, targets }) => kind === 'memory-limit' && targets.includes(exit.node));
  return limit === undefined ? null : `${limit.id} (${limit.title}) limits its memory`;
}

/**
 * What breaks the harness may take servers with it: an engine that ends takes its containers, and whoever ends the proxy
 * may end servers as well. Such exits say nothing about the servers.
 */
export function excuseByHarness(crashes: readonly CrashRecord[], { part, since }: HarnessRecord): void {
  for (const crash of crashes) {
    if (part === 'engine') {
      const isSilent = crash.kind === 'signal' || crash.kind === 'exit' || crash.kind === 'restart';
      if (isSilent && crash.t >= since - ENGINE_GRACE_MS)
        crash.accepted ??= 'the Docker engine ended, or ended its containers';
    } else if (wasAskedToEnd(crash) && Math.abs(crash.t - since) <= ENGINE_GRACE_MS) {
      crash.accepted ??= 'Toxiproxy ended as well';
    }
  }
}
