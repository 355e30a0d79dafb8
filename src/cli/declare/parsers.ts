import { InvalidArgumentError } from 'commander';

/** `90s`, `10m`, `6h`, `90d`: milliseconds. */
export function timeSpan(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ''];
  const ms = Number(match?.[1]) * (unit ?? NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('Expected a time with its unit (s, m, h or d), such as 30m.');
  return ms;
}

/** A count: 1 or more. */
export function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number, 1 or more.');
  return value;
}

/** `kill,power-failure`; repeating the option adds to the list. */
export function kinds(text: string, before: string[] | undefined): string[] {
  return listOf('kinds', 'kill,power-failure', text, before);
}

/** `2.10.22,2.12,latest`; repeating the option adds to the list. */
export function versions(text: string, before: string[] | undefined): string[] {
  return listOf('versions', '2.10.22,latest', text, before);
}

function listOf(what: string, example: string, text: string, before: string[] | undefined): string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes(''))
    throw new InvalidArgumentError(`Expected ${what} with commas between them, such as ${example}.`);
  return [...new Set([...(before ?? []), ...words])];
}

/** 0 or more. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

/** An option that may be repeated. */
export function repeated(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** `25%`: 0.25. */
export function ratio(text: string): number {
  const match = /^(\d+(\.\d+)?)%$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Expected a percentage with its sign, such as 25%.');
  return Number(match[1]) / 100;
}

/** Above 0, up to 0.5. */
export function probability(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 0.5)) throw new InvalidArgumentError('Expected a number above 0, up to 0.5.');
  return value;
}

/** 0 to 65535. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('Expected a port: 0 to 65535.');
  return port;
}
