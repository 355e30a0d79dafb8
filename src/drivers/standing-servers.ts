/** Servers that one run has left running for the next, with all that their driver knows of them. */
export interface StandingServers {
  /** How many runs they have served. */
  readonly runs: number;
  /** Everything of them on disk; its name is in the journal of whoever answers for them. */
  readonly folder: string;
  /** Stops and removes them. @returns what is left, in words */
  dispose(): Promise<string[]>;
}
