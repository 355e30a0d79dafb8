/** `ok`: as it should be; `limited`: works with restrictions or later; `missing`: not available. */
export type Status = 'ok' | 'limited' | 'missing';

/** One thing that was checked. */
export interface Check {
  id: string;
  title: string;
  status: Status;
  /** One line: what is there, or what is wrong. */
  detail: string;
  /** Further lines below it. */
  more?: string[];
  /** One line: how to get it. Only where something is missing. */
  hint?: string;
  /** Whether the default driver needs it. */
  blocking?: boolean;
}

/** A driver or a fault, and whether it can be used on this machine. */
export interface Offer {
  name: string;
  status: Status;
  detail: string;
}

/** The whole result of `chaos doctor`. */
export interface Diagnosis {
  version: string;
  checks: Check[];
  drivers: Offer[];
  faults: Offer[];
  /** Whether the default driver can run. */
  canRun: boolean;
}
