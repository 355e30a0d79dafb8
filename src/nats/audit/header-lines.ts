import type { MsgHdrs } from '@nats-io/transport-node';

/** The headers of a message in one form, however they came: a line for each value, in the order of their names. */
export function linesOf(headers: MsgHdrs): string {
  return sorted([...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`)));
}

/** The same of `NATS/1.0`, a line for each value, and an empty line. */
export function headerLines(raw: string): string {
  const [, ...lines] = raw.split('\r\n');
  return sorted(lines.flatMap((line) => valueIn(line)));
}

function valueIn(line: string): string[] {
  const colon = line.indexOf(':');
  return colon < 0 ? [] : [`${line.slice(0, colon).trim()}: ${line.slice(colon + 1).trim()}`];
}

function sorted(lines: readonly string[]): string {
  return [...lines].sort().join('\n');
}
