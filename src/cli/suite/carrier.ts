import type { ChildRunEnd } from './child-run.ts';

/** One run of a suite, a search or a reduction, as data. */
export interface RunDescription {
  /** What it is called within its suite: letters, digits and hyphens. The same run has the same id after a resume. */
  id: string;
  /** Path of its experiment. */
  file: string;
  nats?: string | undefined;
  environment?: string | undefined;
  driver?: string | undefined;
  seed: number;
  /** The folder in which its report is to be. */
  out: string;
  /** From its start until it is asked to undo everything and end. */
  timeoutMs: number;
}

export interface CarryOptions {
  /** Its reason is the signal that is sent on to the run. */
  signal: AbortSignal;
  /** Called once it begins. @param where on which machine, in words; left out: on this one */
  readonly onBegan?: (where?: string) => void;
  /** Called once its servers are up. */
  readonly onUp?: () => void;
}

export interface CarriedRun extends ChildRunEnd {
  /** Folders of what could not be taken down after it. */
  left: string[];
}

/** What carries runs out: this machine, or workers on a queue. */
export interface Carrier {
  /**
   * Resolves when the run has ended, and what it injected is undone or named in `left`.
   *
   * @throws ChaosError when it cannot be started
   */
  carry(run: RunDescription, options: CarryOptions): Promise<CarriedRun>;
}
