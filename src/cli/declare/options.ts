import { InvalidArgumentError, type Command } from 'commander';

/** Options that a matrix and a night share. */
export function declareSuite(command: Command, wholeNumber: (text: string) => number): Command {
  return command
    .option('--nats <versions>', 'versions, series, latest or paths, with commas between them', versions)
    .option('--repeat <n>', 'how often each experiment runs on each version (default: 1)', positive)
    .option('--environment <name|file>', 'an environment in place of those that the experiments name')
    .option('--driver <kind>', 'what brings the environments up')
    .option('--seed <n>', 'seed of the first repeat; each later one has the next', wholeNumber)
    .option('--jobs <n>', 'most runs side by side; left out: as many as the cores carry', positive)
    .option('--run-timeout <time>', 'how long one run may take (default: 30m)', timeSpan)
    .option('--budget <time>', 'after so long, no further run begins', timeSpan)
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the result only');
}

/** `90s`, `10m`, `6h`, `90d`: milliseconds. */
export function timeSpan(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ''];
  const ms = Number(match?.[1]) * (unit ?? NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('Expected a time with its unit (s, m, h or d), such as 30m.');
  return ms;
}

/** A number that counts something: 1 or more. */
export function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number, 1 or more.');
  return value;
}

/** `2.10.22,2.12,latest`; given again, more of them. */
export function versions(text: string, before: string[] | undefined): string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes(''))
    throw new InvalidArgumentError('Expected versions with commas between them, such as 2.10.22,latest.');
  return [...new Set([...(before ?? []), ...words])];
}

/** What stands below the options of a command. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
