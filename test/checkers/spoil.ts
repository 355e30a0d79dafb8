import fc from 'fast-check';
import { expect } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { Finding } from '../../src/checkers/checker.ts';
import { MIRROR, STREAM, Story } from './history.ts';

/** Two publishers in any order, and one message to spoil. */
export const stories = fc
  .array(fc.constantFrom('p1' as const, 'p2' as const), { minLength: 3, maxLength: 60 })
  .filter((publishers) => publishers.includes('p1') && publishers.includes('p2'))
  .chain((publishers) => fc.tuple(fc.constant(publishers), fc.integer({ min: 1, max: publishers.length })));

export function check(story: Story, kind: string, options: Record<string, unknown> = {}): Finding {
  const defaults: Record<string, Record<string, unknown>> = {
    'no-loss': { published: 'p1', received: ['c', 'm'] },
    'no-duplicates': { received: ['c', 'm'] },
    ordered: { received: ['c', 'm'] },
    identical: { streams: [STREAM, MIRROR] },
  };
  return runChecks(story.history, [{ kind, options: { kind, ...defaults[kind], ...options } }])[0]!;
}

/** The p1 or p2 of a message, so that no-loss looks at its publisher. */
export function publishedBy(story: Story, seq: number): { published: string } {
  return { published: story.publishes[seq - 1]!.workload };
}

/** Spoils a generated run, and expects the check to fail at exactly one sequence. */
export function spoiled(
  kind: string,
  spoil: (story: Story, seq: number) => number | undefined,
  text: RegExp,
): void {
  fc.assert(
    fc.property(stories, ([publishers, seq]) => {
      const story = new Story(publishers);
      const options = kind === 'no-loss' ? publishedBy(story, seq) : {};
      expect(check(story, kind, options).verdict).toBe('pass');
      const guilty = spoil(story, seq);
      fc.pre(guilty !== undefined);
      const finding = check(story, kind, options);
      expect(finding.verdict).toBe('fail');
      expect(finding.statement).toMatch(text);
      expect(finding.examples[0]?.seq).toBe(guilty);
      expect(finding.statement).toMatch(new RegExp(`\\b${guilty}\\b`));
    }),
  );
}
