/** A socket whose connections lead to an address, from inside a container. */
export interface RelayEntryPoint {
  path: string;
  host: string;
  port: number;
}

/** What a relay sends when a connection is neither accepted nor refused. */
export const HANGS = Buffer.from([0]);
