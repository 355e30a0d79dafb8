import type { Redactor } from '../../support/redaction.ts';
import type { Problem } from './problem.ts';

/** The problems with every secret replaced, in the messages and in the lines that they show. */
export function redactProblems(problems: readonly Problem[], redact: Redactor): Problem[] {
  return problems.map((problem) => ({
    ...problem,
    message: redact(problem.message),
    excerpt: redact(problem.excerpt),
  }));
}
