import type { Json } from '../support/json.ts';

/** One of the server's own assertions that was reached, once for each process and outcome. */
export interface ServerAssertion {
  /** `cluster/node`. */
  node: string;
  /** Name of the file in which the process recorded it. */
  file: string;
  /** What the authors of the server call it: `Raft encountered write error`. */
  message: string;
  /** `Unreachable`, `Always`, `AlwaysOrUnreachable`, `Reachable`, `Sometimes`. */
  kind: string;
  /** It did not hold; of `Unreachable`: it was reached. */
  violated: boolean;
  /** `raft.go:4947 setWriteErrLocked`. */
  where: string;
  details: Json;
}
