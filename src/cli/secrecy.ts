import { redactData, redactor, type Redactor, type Shape } from '../support/redaction.ts';

/**
 * The secrets of this process. Every file that is read adds the values under its `secrets`, and everything that leaves
 * the process is redacted here: terminal, reports, events, logs, metrics, messages.
 */
class Secrecy {
  readonly #secrets = new Set<string>();
  #redact: Redactor = (text) => text;

  /** Whether there is nothing to hide. */
  get isEmpty(): boolean {
    return this.#secrets.size === 0;
  }

  readonly learn = (secrets: readonly string[]): void => {
    for (const secret of secrets) this.#secrets.add(secret);
    this.#redact = redactor(this.#secrets);
  };

  readonly text: Redactor = (text) => this.#redact(text);

  /** @param shape of a form that has fixed words of its own */
  data<T>(data: T, shape?: Shape): T {
    return this.isEmpty ? data : redactData(data, this.#redact, shape);
  }
}

/** One for the process: a secret of one file must not appear in the output about another. */
export const secrecy = new Secrecy();
