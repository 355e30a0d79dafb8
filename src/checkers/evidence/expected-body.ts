import type { History, Sends } from '../../history/history.ts';
import { digestInto } from '../../support/digest.ts';
import { paddingOf } from '../../support/message-body.ts';
import { sizesOf } from '../../support/message-sizes.ts';
import { expandSubject } from '../../support/subject-template.ts';

/** What the messages of a workload were made of: nothing of it was kept, as all follows from their numbers. */
export class ExpectedBody {
  /** Message `n` went to the subject `(n - 1) % length`. */
  readonly subjects: readonly string[];
  readonly #prefix: string;
  readonly #sizeOf: (n: number) => number;
  readonly #padding: Buffer;
  readonly #body: Buffer;
  /** How much of the body is not padding. */
  #written = 0;

  constructor(history: History, by: number, { subject, size }: Sends) {
    const sizes = sizesOf(size);
    this.subjects = expandSubject(subject);
    this.#prefix = (history.identity(by, 0) ?? '').slice(0, -1);
    this.#sizeOf = sizes.of;
    this.#padding = paddingOf(sizes.largest);
    this.#body = paddingOf(sizes.largest);
  }

  /** @param into gets the digest of the body of message `n` */
  digestOf(n: number, into: [high: number, low: number]): void {
    const length = this.#body.write(`${this.#prefix}${n}\n`);
    if (length < this.#written) this.#padding.copy(this.#body, length, length, this.#written);
    this.#written = length;
    digestInto(into, this.#body.subarray(0, this.#sizeOf(n)));
  }
}
