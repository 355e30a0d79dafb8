/** Whether some subject matches both patterns. */
export function subjectsOverlap(a: string, b: string): boolean {
  return overlapTokens(a.split('.'), b.split('.'));
}

/** Whether a pattern matches a subject without wildcards. */
export function subjectMatches(pattern: string, subject: string): boolean {
  return subjectsOverlap(pattern, subject);
}

/**
 * Whether an entry of permissions, or an export, matches a subject. As for servers, a wildcard in the subject is a word like any other: `orders.*`
 * covers `orders.>`. An entry with a queue group says nothing about subscriptions without one.
 */
export function coversSubject(pattern: string, subject: string): boolean {
  if (pattern.includes(' ')) return false;
  const [wanted, words] = [pattern.split('.'), subject.split('.')];
  for (const [at, word] of wanted.entries()) {
    if (at >= words.length) return false;
    if (word === '>') return true;
    if (word !== '*' && word !== words[at]) return false;
  }
  return wanted.length === words.length;
}

function overlapTokens(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    // `>` stands for one token or more, so the other side needs a token there.
    if (left === undefined || right === undefined) return false;
    if (left === '>' || right === '>') return true;
    if (left !== right && left !== '*' && right !== '*') return false;
  }
  return true;
}
