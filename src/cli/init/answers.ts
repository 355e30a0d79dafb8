import { createInterface, type Interface } from 'node:readline';
import { ChaosError } from '../../support/errors.ts';
import type { Question } from './question.ts';

/** Where the answers come from that the command line does not give. */
export interface Answers {
  /** @param given what the command line says @throws ChaosError `usage` for an invalid answer */
  to<T>(question: Question<T>, given: string | undefined): Promise<T>;
  /** Whether a person is asked. */
  readonly asks: boolean;
  close(): void;
}

/** Every question that the command line leaves open gets its default answer. */
export function defaultAnswers(): Answers {
  return fixed((question) => question.read(question.otherwise));
}

/** Every question that the command line leaves open is an error: nobody can be asked. */
export function noAnswers(): Answers {
  return fixed(({ text, flag, otherwise }) => {
    throw new ChaosError('usage', `nobody can be asked "${text}", because this is no terminal`, {
      hint: `answer it with ${flag} (${otherwise} is what would be offered), or take every default with --yes`,
    });
  });
}

/** A person at a terminal, who is asked again until the answer is valid. */
export class AskedAnswers implements Answers {
  readonly asks = true;
  readonly #output: NodeJS.WritableStream;
  readonly #reader: Interface;
  /** Lines that came before their question, as when several answers are pasted. */
  readonly #lines: string[] = [];
  #waiting: { line: (line: string) => void; reject: (reason: ChaosError) => void } | undefined;
  #ended: ChaosError | undefined;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#reader = createInterface({ input, output, terminal: true, historySize: 0 });
    this.#reader.on('line', (line) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting) waiting.line(line);
      else this.#lines.push(line);
    });
    this.#reader.on('SIGINT', () => {
      this.#leave(new ChaosError('aborted', '\nstopped; nothing was written'));
    });
    this.#reader.on('close', () => {
      this.#leave(new ChaosError('usage', '\nthere are no more answers; nothing was written'));
    });
  }

  async to<T>(question: Question<T>, given: string | undefined): Promise<T> {
    if (given !== undefined) return readGiven(question, given);
    this.#output.write(`\n${questionText(question)}`);
    for (;;) {
      const answer = (await this.#line('> ')).trim();
      try {
        return question.read(answer === '' ? question.otherwise : answer);
      } catch (thrown) {
        if (!(thrown instanceof ChaosError)) throw thrown;
        this.#output.write(`  ${thrown.message}\n`);
      }
    }
  }

  close(): void {
    this.#reader.removeAllListeners('close');
    this.#reader.close();
  }

  #line(prompt: string): Promise<string> {
    const early = this.#lines.shift();
    if (early !== undefined) return Promise.resolve(early);
    if (this.#ended) return Promise.reject(this.#ended);
    this.#reader.setPrompt(prompt);
    this.#reader.prompt();
    return new Promise<string>((line, reject) => {
      this.#waiting = { line, reject };
    });
  }

  #leave(reason: ChaosError): void {
    this.#ended ??= reason;
    this.#waiting?.reject(this.#ended);
  }
}

function fixed(unanswered: <T>(question: Question<T>) => T): Answers {
  return {
    asks: false,
    to: async (question, given) => {
      await Promise.resolve();
      return given === undefined ? unanswered(question) : readGiven(question, given);
    },
    close: () => undefined,
  };
}

function readGiven<T>(question: Question<T>, given: string): T {
  try {
    return question.read(given);
  } catch (thrown) {
    if (!(thrown instanceof ChaosError)) throw thrown;
    const { code, message, hint } = thrown;
    throw new ChaosError(code, `${question.flag}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause: thrown,
    });
  }
}

function questionText({ text, choices, otherwise }: Question<unknown>): string {
  const width = Math.max(0, ...(choices ?? []).map(({ name }) => name.length));
  const lines = (choices ?? []).map(
    ({ name, summary }, i) => `  ${String(i + 1).padStart(2)}  ${name.padEnd(width)}  ${summary}\n`,
  );
  return `${text} [${otherwise}]\n${lines.join('')}`;
}
