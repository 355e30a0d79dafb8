import type { StreamAuditEvent } from '../history/events.ts';
import type { Example, Finding } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { Lowest } from './lowest.ts';

/** Words an example, once it is known that the finding has it. */
type Wording = () => Example;

/** Gathers what a check observes, and words the finding: fail beats inconclusive beats pass. */
export class Judge {
  readonly #check: string;
  readonly #subject: string;
  readonly #counts: Record<string, number> = {};
  readonly #inconclusive: string[] = [];
  readonly #examples = new Lowest<Wording>();
  readonly #open = new Lowest<Wording>();
  #violations = 0;

  constructor(check: string, subject: string) {
    this.#check = check;
    this.#subject = subject;
  }

  count(name: string, by = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  }

  /** Counts nothing without leaving a figure of 0. */
  countAny(name: string, by: number): void {
    if (by > 0) this.count(name, by);
  }

  counted(name: string): number {
    return this.#counts[name] ?? 0;
  }

  /** The claim is false so many times, and these are the lowest of them. @param name what to count them as */
  violations<T extends { seq: number }>(
    name: string,
    { count, lowest }: { count: number; lowest: Lowest<T> },
    example: (one: T) => Example,
  ): void {
    this.countAny(name, count);
    this.#violations += count;
    for (const one of lowest.values) this.#examples.add(one.seq, () => example(one));
  }

  /** The claim is false once more, as counted elsewhere. @param place decides which examples are shown: the lowest */
  violates(example: Wording, place = Infinity): void {
    this.#violations += 1;
    this.#examples.add(place, example);
  }

  /** An example of a violation that is counted elsewhere; without a sequence it comes last. */
  violated(seq: number | undefined, example: Wording): void {
    this.#examples.add(seq ?? Infinity, example);
  }

  /** An example of what cannot be known, and is counted elsewhere. */
  open(seq: number | undefined, example: Wording): void {
    this.#open.add(seq ?? Infinity, example);
  }

  /** Something is missing without which the claim cannot be called true. */
  inconclusive(text: string): void {
    if (!this.#inconclusive.includes(text)) this.#inconclusive.push(text);
  }

  /** The audit of a stream that was read to its end; otherwise undefined, and the finding is inconclusive. */
  wholeStream(evidence: Evidence, stream: string): StreamAuditEvent | undefined {
    const audit = evidence.streamAudit(stream);
    if (audit?.complete === true) return audit;
    const reason = audit?.error === undefined ? '' : `: ${audit.error}`;
    this.inconclusive(
      audit === undefined
        ? `stream ${stream} was not read back`
        : `stream ${stream} was not read back to its end${reason}`,
    );
    return undefined;
  }

  /** @param failed begins the sentence that the first example ends */
  finding(statements: { passed: string; failed: (violations: number) => string }): Finding {
    const examples = this.#examples.values.map((example) => example());
    const [first] = examples;
    const base = { check: this.#check, subject: this.#subject, counts: this.#counts };
    if (first !== undefined) {
      const lead = statements.failed(this.#violations);
      return { ...base, examples, verdict: 'fail', statement: `${lead}: ${first.text}` };
    }
    if (this.#inconclusive.length > 0) {
      const open = this.#open.values.map((example) => example());
      return { ...base, examples: open, verdict: 'inconclusive', statement: this.#inconclusive.join('; ') };
    }
    return { ...base, examples, verdict: 'pass', statement: statements.passed };
  }
}

/** `1 message`, `2 messages`, `2 losses`. */
export function plural(count: number, noun: string, ending = 's'): string {
  return `${count} ${noun}${count === 1 ? '' : ending}`;
}
