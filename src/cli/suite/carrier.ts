import type { ChildRunEnd } from './child-run.ts';

/** One run of a suite, a search or a reduction, as data. */
export interface RunDescription {
  /** What it is called in its suite: letters, digits and hyphens; the same after a resume. */
  id: string;
  /** In words: `partition on 2.12.3, run 2`. */
  label: string;
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
  /** When it fires, a run that has not begun does not begin. */
  withdraw?: AbortSignal;
  /** Called once it begins. @param where on which worker; left out: on this machine */
  readonly onBegan?: (where?: string) => void;
  /** Called once its servers are up, as far as that is known. */
  readonly onUp?: () => void;
}

export interface CarriedRun extends ChildRunEnd {
  /** Who carried it out; left out: this machine. */
  worker?: { id: string; host: string };
  /** What could not be taken down after it. */
  left: string[];
  /** It has not been carried out, and may be later. */
  withdrawn?: true;
  /** To be called once what came of it is saved here: what was kept elsewhere for it may be deleted then. */
  readonly release?: () => Promise<void>;
}

/** What carries runs out: this machine, or workers on a queue. */
export interface Carrier {
  /** Runs are carried out on other machines, which know themselves how many they can have at once. */
  elsewhere: boolean;
  /**
   * Resolves when the run has ended, and what it injected is undone or named in `left`.
   *
   * @throws ChaosError when it cannot be started
   */
  carry(run: RunDescription, options: CarryOptions): Promise<CarriedRun>;
}
