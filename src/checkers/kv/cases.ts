import type { Example, Finding } from '../checker.ts';
import type { Milliseconds } from '../../support/units.ts';

const MOST_EXAMPLES = 20;
/** Cases are thinned out at this many, so that a million violations do not fill the memory. */
const THIN_AT = 2000;

/** One case: when it happened, and its words, made only if it is shown. */
export interface Case {
  t: Milliseconds;
  revision?: number;
  text: () => string;
}

/** Gathers cases, and words the finding: fail beats inconclusive beats pass. The first cases by time are shown. */
export class Cases {
  readonly counts: Record<string, number> = {};
  readonly #stream: string;
  readonly #inconclusive: string[] = [];
  #violations: Case[] = [];
  #open: Case[] = [];
  #violated = 0;

  /** @param stream `cluster/stream` of the bucket, for the examples */
  constructor(stream: string) {
    this.#stream = stream;
  }

  count(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  counted(name: string): number {
    return this.counts[name] ?? 0;
  }

  violation(name: string, one: Case): void {
    this.count(name);
    this.#violated += 1;
    this.#violations = added(this.#violations, one);
  }

  /** It cannot be known whether it is a violation. */
  open(name: string, one: Case): void {
    this.count(name);
    this.#open = added(this.#open, one);
  }

  inconclusive(text: string): void {
    if (!this.#inconclusive.includes(text)) this.#inconclusive.push(text);
  }

  finding(check: string, subject: string, passed: string): Finding {
    const { counts } = this;
    const base = { check, subject, counts };
    const examples = this.#shown(this.#violations);
    const [first] = examples;
    if (first !== undefined) {
      const statement = `${this.#violated} ${this.#violated === 1 ? 'violation' : 'violations'}: ${first.text}`;
      return { ...base, verdict: 'fail', statement, examples };
    }
    if (this.#inconclusive.length > 0) {
      const statement = this.#inconclusive.join('; ');
      return { ...base, verdict: 'inconclusive', statement, examples: this.#shown(this.#open) };
    }
    return { ...base, verdict: 'pass', statement: passed, examples };
  }

  #shown(cases: readonly Case[]): Example[] {
    return earliest(cases).map(({ t, revision, text }) => ({
      stream: this.#stream,
      t,
      ...(revision === undefined ? {} : { seq: revision }),
      text: text(),
    }));
  }
}

/** `12.345 s`, since the run began. */
export function at(t: Milliseconds): string {
  return `${(t / 1000).toFixed(3)} s`;
}

function added(cases: Case[], one: Case): Case[] {
  cases.push(one);
  return cases.length >= THIN_AT ? earliest(cases) : cases;
}

function earliest(cases: readonly Case[]): Case[] {
  return [...cases].sort((a, b) => a.t - b.t).slice(0, MOST_EXAMPLES);
}
