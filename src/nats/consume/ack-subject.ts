const DOT = 0x2e;
const [ZERO, NINE] = [0x30, 0x39];
const PREFIX = '$JS.ACK.';

/** What the reply subject of a delivered message says. */
export class AckSubject {
  /** Stream sequence. */
  seq = 0;
  /** 1 for a first delivery, as the server counts. */
  deliveries = 0;
  /** 1, 2, 3 … for one consumer, whatever it delivers. */
  consumerSeq = 0;
  readonly #dots = new Int32Array(12);
  #subject = '';
  #timeAt = 0;

  /** When the message was stored, µs since 1970. */
  get time(): number {
    const end = this.#subject.indexOf('.', this.#timeAt);
    return Number(this.#subject.slice(this.#timeAt, end - 3));
  }

  /**
   * Reads `$JS.ACK.…`, in its form of nine parts or of eleven and more (with domain and account).
   *
   * @returns whether it is one; what it says stays until the next is read
   */
  read(subject: string | undefined): boolean {
    if (subject?.startsWith(PREFIX) !== true) return false;
    const dots = this.#dots;
    let count = 0;
    for (let at = 0; at < subject.length && count < dots.length; at += 1)
      if (subject.charCodeAt(at) === DOT) dots[count++] = at;
    const first = count === 8 ? 3 : 5;
    if (count < first + 4) return false;
    this.deliveries = numberAfter(subject, dots[first] as number);
    this.seq = numberAfter(subject, dots[first + 1] as number);
    this.consumerSeq = numberAfter(subject, dots[first + 2] as number);
    this.#subject = subject;
    this.#timeAt = (dots[first + 3] as number) + 1;
    return this.seq > 0 && this.deliveries > 0;
  }
}

/** The number between this dot and the next; -1 for anything else. */
function numberAfter(subject: string, dot: number): number {
  let n = 0;
  let at = dot + 1;
  for (; at < subject.length; at += 1) {
    const code = subject.charCodeAt(at);
    if (code === DOT) break;
    if (code < ZERO || code > NINE) return -1;
    n = n * 10 + code - ZERO;
  }
  return at === dot + 1 ? -1 : n;
}
