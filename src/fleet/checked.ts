import { compile, type Validator } from '../experiment/schema/compile.ts';
import { ChaosError } from '../support/errors.ts';
import type { TSchema } from '../support/schema.ts';

/** What somebody else has written, or why it is not used. */
export type Checked<T> = { value: T; problem?: never } | { value?: never; problem: string };

/** Reads JSON that anybody may have written: only what the schema describes gets in. */
export class Reader<T> {
  readonly #schema: TSchema;
  readonly #maxBytes: number;
  #validate: Validator | undefined;

  constructor(schema: TSchema, maxBytes: number) {
    this.#schema = schema;
    this.#maxBytes = maxBytes;
  }

  read(bytes: Uint8Array): Checked<T> {
    if (bytes.length > this.#maxBytes)
      return { problem: `it has ${bytes.length} bytes; expected ${this.#maxBytes} at most` };
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      return { problem: 'it is no JSON' };
    }
    this.#validate ??= compile(this.#schema);
    const [first] = this.#validate(value);
    if (first === undefined) return { value: value as T };
    return {
      problem: `${first.instancePath === '' ? 'it' : first.instancePath} violates "${first.keyword}"`,
    };
  }

  /** What we write ourselves is checked too, so that a mistake shows where it is made. @throws ChaosError */
  write(value: T): Uint8Array {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const { problem } = this.read(bytes);
    if (problem !== undefined)
      throw new ChaosError('crash', `what is to be sent is not as it should be: ${problem}`);
    return bytes;
  }
}
