import type { Example, Finding } from './checker.ts';

const MAX_EXAMPLES = 20;
/** Examples are thinned out at this many, so that a million violations do not fill the memory. */
const THIN_AT = 2000;

/** Gathers what a check observes, and words the finding: fail beats inconclusive beats pass. */
export class Judge {
  readonly #check: string;
  readonly #subject: string;
  readonly #counts: Record<string, number> = {};
  readonly #inconclusive: string[] = [];
  #examples: Example[] = [];
  #open: Example[] = [];
  #violations = 0;

  constructor(check: string, subject: string) {
    this.#check = check;
    this.#subject = subject;
  }

  count(name: string, by = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  }

  counted(name: string): number {
    return this.#counts[name] ?? 0;
  }

  /** The claim is false, and here is why. @param name what to count it as */
  violation(name: string, example: Example): void {
    this.count(name);
    this.#violations += 1;
    this.#examples = added(this.#examples, example);
  }

  /** It cannot be known whether the claim holds for this one. @param name what to count it as */
  open(name: string, example: Example): void {
    this.count(name);
    this.#open = added(this.#open, example);
  }

  /** Something is missing without which the claim cannot be called true. */
  inconclusive(text: string): void {
    if (!this.#inconclusive.includes(text)) this.#inconclusive.push(text);
  }

  /** @param failed begins the sentence that the first example ends */
  finding(statements: { passed: string; failed: (violations: number) => string }): Finding {
    const examples = lowest(this.#examples);
    const [first] = examples;
    const base = { check: this.#check, subject: this.#subject, counts: this.#counts };
    if (first !== undefined) {
      const lead = statements.failed(this.#violations);
      return { ...base, examples, verdict: 'fail', statement: `${lead}: ${first.text}` };
    }
    if (this.#inconclusive.length > 0) {
      const open = lowest(this.#open);
      return { ...base, examples: open, verdict: 'inconclusive', statement: this.#inconclusive.join('; ') };
    }
    return { ...base, examples, verdict: 'pass', statement: statements.passed };
  }
}

/** `1 message`, `2 messages`, `2 losses`. */
export function plural(count: number, noun: string, ending = 's'): string {
  return `${count} ${noun}${count === 1 ? '' : ending}`;
}

function added(examples: Example[], example: Example): Example[] {
  examples.push(example);
  return examples.length >= THIN_AT ? lowest(examples) : examples;
}

function lowest(examples: readonly Example[]): Example[] {
  return [...examples].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity)).slice(0, MAX_EXAMPLES);
}
