/** The answer of a stream to a published message, or to a batch of them. */
export interface PubAck {
  stream: string;
  /** Of the last message of a batch. */
  seq: number;
  duplicate?: boolean;
  /** How many messages the batch had; only of a batch. */
  count?: number;
  error?: { code: number; err_code: number; description: string };
}

/** @returns undefined for anything that is not an answer of a stream */
export function parseAck(data: Uint8Array): PubAck | undefined {
  try {
    const ack = JSON.parse(
      Buffer.from(data.buffer, data.byteOffset, data.length).toString(),
    ) as Partial<PubAck>;
    const complete =
      ack.error !== undefined || (typeof ack.stream === 'string' && typeof ack.seq === 'number');
    return complete ? (ack as PubAck) : undefined;
  } catch {
    return undefined;
  }
}

const ZERO = 48;
const NINE = 57;
const CLOSING_BRACE = 125;

/**
 * Reads the sequence of acknowledgements that are all alike but for it, as those of one stream are, without parsing JSON. It
 * learns the form from the first one.
 */
export class SequenceReader {
  #form: Uint8Array = new Uint8Array(0);

  /** Takes the form of an acknowledgement that says nothing but stream, domain and sequence. */
  learn(data: Uint8Array): void {
    const end = formEnd(data);
    if (Buffer.from(data.subarray(0, end)).toString().endsWith('"seq":')) this.#form = data.slice(0, end);
  }

  /** @returns 0 for anything that has another form */
  read(data: Uint8Array): number {
    const form = this.#form;
    const last = data.length - 1;
    if (form.length === 0 || last <= form.length || data[last] !== CLOSING_BRACE) return 0;
    for (let at = 0; at < form.length; at += 1) if (data[at] !== form[at]) return 0;
    let seq = 0;
    for (let at = form.length; at < last; at += 1) {
      const digit = data[at] as number;
      if (digit < ZERO || digit > NINE) return 0;
      seq = seq * 10 + digit - ZERO;
    }
    return seq;
  }
}

/** Where the last number of `…123}` begins. */
function formEnd(data: Uint8Array): number {
  let at = data.length - 1;
  while (at > 0 && isDigit(data[at - 1])) at -= 1;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** The beginning of a body, for people. */
export function excerpt(data: Uint8Array): string {
  return JSON.stringify(Buffer.from(data).toString('utf8', 0, 80));
}
