/** Whether some subject matches both patterns. */
export function overlap(a: string, b: string): boolean {
  return overlapTokens(a.split('.'), b.split('.'));
}

/** Whether a pattern matches a subject without wildcards. */
export function matches(pattern: string, subject: string): boolean {
  return overlap(pattern, subject);
}

function overlapTokens(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    // `>` stands for one token or more, so it needs something on the other side.
    if (left === undefined || right === undefined) return false;
    if (left === '>' || right === '>') return true;
    if (left !== right && left !== '*' && right !== '*') return false;
  }
  return true;
}
