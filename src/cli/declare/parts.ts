import { Option, type Argument, type Command } from 'commander';
import { timeSpan } from './parsers.ts';

/** A command's action: it receives the arguments unchanged, and what it returns is the exit code. */
export function loading<A extends unknown[]>(load: (...args: A) => Promise<number>) {
  return async (...args: [...A, Command]): Promise<void> => {
    process.exitCode = await load(...(args.slice(0, -1) as unknown as A));
  };
}

/** An argument that is completed with these words; the command itself decides what else it accepts. */
export function offering(argument: Argument, words: readonly string[]): Argument {
  argument.argChoices = [...words];
  return argument;
}

/** An option that is a time. @param otherwise as the user would write it: `30m` */
export function timeOption(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, description).argParser(timeSpan).default(timeSpan(otherwise), otherwise);
}

export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
