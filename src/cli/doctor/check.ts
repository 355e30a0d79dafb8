/** `ok`: as it should be; `limited`: goes, with less or later; `missing`: not there. */
export type Status = 'ok' | 'limited' | 'missing';

/** One thing that was looked at. */
export interface Check {
  id: string;
  title: string;
  status: Status;
  /** One line: what there is, or what is wrong. */
  detail: string;
  /** Further lines, below it. */
  more?: string[];
  /** One line: how to get it. Only where something is lacking. */
  hint?: string;
  /** Without this the default driver cannot run. */
  blocking?: boolean;
}

/** A driver or fault, and whether this machine offers it. */
export interface Offer {
  name: string;
  status: Status;
  detail: string;
}

/** All that `chaos doctor` has to say. */
export interface Diagnosis {
  version: string;
  checks: Check[];
  drivers: Offer[];
  faults: Offer[];
  /** Whether the default driver can run. */
  canRun: boolean;
}
