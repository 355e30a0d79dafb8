/** A message or request: the code of its workload, and its number there. */
export interface Named {
  by: number;
  n: number;
}

/** The largest number that a history holds. */
const MAX_N = 2 ** 32 - 1;

/**
 * Finds the messages and requests that a text names, by their identities `<run>/<workload>/<n>`, wherever these are in it,
 * also with slashes as JSON (`\/`) or an address (`%2F`) may write them.
 */
export class Identities {
  readonly #publishers: readonly string[];
  readonly #pattern: RegExp;

  /** @param publishers the sending workloads of the run: the place of each is its code */
  constructor(runId: string, publishers: readonly string[]) {
    this.#publishers = publishers;
    const names = [...publishers].sort((a, b) => b.length - a.length).map(escaped);
    const slash = String.raw`(?:\\?/|%2[Ff])`;
    this.#pattern = new RegExp(
      `${escaped(runId)}${slash}(${names.join('|') || '(?!)'})${slash}([1-9]\\d{0,9})(?!\\d)`,
      'g',
    );
  }

  /** Each that is named, once. */
  in(text: string): Named[] {
    const found = new Map<string, Named>();
    for (const [, name = '', number = ''] of text.matchAll(this.#pattern)) {
      const n = Number(number);
      if (n <= MAX_N) found.set(`${name}/${number}`, { by: this.#publishers.indexOf(name), n });
    }
    return [...found.values()];
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
