/** The one thing a command was asked for; all else goes to stderr. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Problems, warnings and hints. */
export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
