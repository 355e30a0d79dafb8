const LINE_FEED = 0x0a;
const [ZERO, NINE] = [0x30, 0x39];
/** The largest number that a history holds. */
const MAX_N = 2 ** 32 - 1;

/** What `by` is for a message that no workload of this run wrote. */
export const NOBODY = 255;

/** Finds out who wrote a message, from the identity at the start of its body; makes no object for it. */
export class Sender {
  /** The publisher's place in the list of all, or `NOBODY`. */
  by = NOBODY;
  /** The message's number there, or 0. */
  n = 0;
  readonly #prefixes: readonly Uint8Array[];

  /** @param publishers the publishing workloads of the run */
  constructor(runId: string, publishers: readonly string[]) {
    this.#prefixes = publishers.map((name) => Buffer.from(`${runId}/${name}/`));
  }

  /** Reads `by` and `n` from a body; they stay until the next is read. */
  read(body: Uint8Array): void {
    const last = this.by;
    // Most messages are of the same publisher as the one before.
    if (last !== NOBODY && this.#reads(body, last)) return;
    for (let by = 0; by < this.#prefixes.length; by += 1) if (by !== last && this.#reads(body, by)) return;
    this.by = NOBODY;
    this.n = 0;
  }

  #reads(body: Uint8Array, by: number): boolean {
    const prefix = this.#prefixes[by] as Uint8Array;
    if (body.length < prefix.length) return false;
    for (let at = 0; at < prefix.length; at += 1) if (body[at] !== prefix[at]) return false;
    const n = numberAt(body, prefix.length);
    if (n === 0) return false;
    this.by = by;
    this.n = n;
    return true;
  }
}

/** A number without leading zeros that a line feed ends; 0 for anything else. */
function numberAt(body: Uint8Array, from: number): number {
  if (body[from] === ZERO) return 0;
  let n = 0;
  for (let at = from; at < body.length && n <= MAX_N; at += 1) {
    const digit = body[at] as number;
    if (digit === LINE_FEED) return n;
    if (digit < ZERO || digit > NINE) return 0;
    n = n * 10 + digit - ZERO;
  }
  return 0;
}
