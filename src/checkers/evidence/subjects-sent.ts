import type { History } from '../../history/history.ts';
import { expandSubject } from '../../support/subject-template.ts';

/** The subjects that the publishers of a run have sent to, by codes of their own. */
export class SubjectsSent {
  /** By code. */
  readonly names: readonly string[];
  /** By publisher, the codes of its subjects, which its messages take in turn; undefined where they are not known. */
  readonly #codes: (Int32Array | undefined)[];

  constructor({ publishers, workloads }: History) {
    const codes = new Map<string, number>();
    const codeOf = (subject: string): number => {
      const code = codes.get(subject) ?? codes.size;
      codes.set(subject, code);
      return code;
    };
    this.#codes = publishers.map((name) => {
      const sends = workloads[name]?.sends;
      return sends && Int32Array.from(expandSubject(sends.subject), codeOf);
    });
    this.names = [...codes.keys()];
  }

  /** The code of the subject of a message; -1 where it is not known. */
  of(by: number, n: number): number {
    const codes = this.#codes[by];
    return codes === undefined ? -1 : (codes[(n - 1) % codes.length] ?? -1);
  }
}
