import type { Lease } from '../../nats/queue/lease.ts';
import type { Needs } from '../../fleet/needs.ts';
import type { RunRequest } from '../../fleet/run-request.ts';
import type { FleetResult } from '../../fleet/state.ts';
import type { PackedReport } from '../fleet/report-archive.ts';

/** What became of a run on this worker. */
export type Carried =
  | {
      outcome: 'ended';
      result: Pick<FleetResult, 'timedOut' | 'how' | 'complaints' | 'event' | 'error' | 'left'>;
      /** Left out: it has no report. */
      report?: PackedReport & { archive: string };
      /** Removes what is left of it on this machine, once its result is safe. */
      readonly clear?: () => void;
    }
  /** This worker may not, or cannot: another one may. */
  | { outcome: 'refused'; reasons: string[] }
  /** It was asked to end, and has undone everything. */
  | { outcome: 'interrupted' };

export interface CarryContext {
  lease: Pick<Lease, 'key' | 'id'>;
  /** Its reason is the signal that is sent on to the run. */
  signal: AbortSignal;
  /** Called with each line of its timeline. */
  readonly onLine: (text: string) => void;
}

/** Carries out one run, whoever asked for it. @throws anything that is no result: then the run is given back */
export type CarryOut = (request: RunRequest, context: CarryContext) => Promise<Carried>;

/** A run that is going on here. */
export interface Running {
  needs: Needs;
  readonly abort: (reason: 'SIGINT' | 'SIGTERM') => void;
}
