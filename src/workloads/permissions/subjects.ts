import { expandSubject } from '../../support/subject-template.ts';

/** A subject that users try. */
export interface Tried {
  /** What they subscribe to. */
  subject: string;
  /** A subject that it stands for: itself, unless it has wildcards. */
  sample: string;
  hasWildcard: boolean;
}

/** Every subject that templates stand for, once each. */
export function triedSubjects(templates: readonly string[]): Tried[] {
  return [...new Set(templates.flatMap(expandSubject))].map((subject) => {
    const words = subject.split('.');
    const sample = words
      .flatMap((word) => (word === '>' ? ['w', 'x'] : word === '*' ? ['w'] : [word]))
      .join('.');
    return { subject, sample, hasWildcard: sample !== subject };
  });
}
