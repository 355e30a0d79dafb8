/** One way out of a container: what is said at the path is said to the address, from inside it. */
export interface RelayDoor {
  path: string;
  host: string;
  port: number;
}

/** All that a relay says when a connection is neither accepted nor refused. */
export const HANGS = Buffer.from([0]);
