/** Names of everything that a fleet has on the cluster of its queue. Teams that share a cluster take different prefixes. */
export interface QueueNames {
  /** Stream of the runs, with work-queue retention. */
  runs: string;
  /** First token of the subjects of the runs: `<token>.<hash of needs>.<suite>.<run>`. */
  subject: string;
  /** KV bucket that workers only read: the key `halt`, and `needs.<hash>`. */
  control: string;
  /** KV bucket of `worker.<id>`, `run.<suite>.<run>` and `result.<suite>.<run>`. */
  states: string;
  /** Object bucket of the files of experiments, which workers only read. */
  bundles: string;
  /** Object bucket of the reports. */
  reports: string;
}

export const DEFAULT_PREFIX = 'CHAOS';
/** Part of the names of streams and of subjects. */
export const PREFIX_PATTERN = /^[A-Z][A-Z0-9_]{0,31}$/;

export function queueNames(prefix = DEFAULT_PREFIX): QueueNames {
  return {
    runs: `${prefix}_RUNS`,
    subject: `${prefix.toLowerCase()}.runs`,
    control: `${prefix}_CONTROL`,
    states: `${prefix}_STATES`,
    bundles: `${prefix}_BUNDLES`,
    reports: `${prefix}_REPORTS`,
  };
}

/** The subject of a run. */
export function runSubject({ subject }: QueueNames, needs: string, { suite, run }: RunKey): string {
  return `${subject}.${needs}.${suite}.${run}`;
}

/** The durable consumer of all runs with the same needs. */
export function consumerOf(needs: string): string {
  return `needs-${needs}`;
}

/** What identifies a run in the whole fleet. */
export interface RunKey {
  /** Eight or more hexadecimal digits, drawn once for a matrix, a nightly run or a search. */
  suite: string;
  /** What it is called in its suite: letters, digits and hyphens; the same after a resume. */
  run: string;
}

/** `1f2e3d4c.cell-3-1`, as in keys and logs. */
export function runName({ suite, run }: RunKey): string {
  return `${suite}.${run}`;
}
