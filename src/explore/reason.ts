import type { SavedRun } from '../report/schema.ts';

/**
 * What came first of what keeps a run from a verdict, so that runs can be counted by it: its first two clauses, without what is in
 * brackets and without counts and single replicas.
 */
export function reasonOf({ reasons, headline }: Pick<SavedRun, 'reasons' | 'headline'>): string {
  const first = reasons.find(({ source }) => source.startsWith('fault')) ?? reasons[0];
  const text = withoutBrackets(first?.text ?? headline).replaceAll(/#\d+(\.\d+)?|@[\w.-]+/g, '');
  const [subject = '', why] = text.split(/[:;] /);
  return (why === undefined ? subject : `${subject}: ${why}`).replaceAll(
    /(?<=\s)\d[\d,.]*(?=\s(?!(ms|s|m|h)\b))/g,
    '#',
  );
}

/** Brackets may stand within others. */
function withoutBrackets(text: string): string {
  const shorter = text.replaceAll(/ ?\([^()]*\)/g, '');
  return shorter === text ? text : withoutBrackets(shorter);
}
