import fc from 'fast-check';
import { expect } from 'vitest';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { Finding } from '../../src/checkers/checker.ts';
import { CONSUMER, MIRROR, STREAM, Timeline } from './history.ts';

/** Two publishers in any order, and one message to spoil. */
export const stories = fc
  .array(fc.constantFrom('p1' as const, 'p2' as const), { minLength: 3, maxLength: 60 })
  .filter((publishers) => publishers.includes('p1') && publishers.includes('p2'))
  .chain((publishers) => fc.tuple(fc.constant(publishers), fc.integer({ min: 1, max: publishers.length })));

export function check(timeline: Timeline, kind: string, options: Record<string, unknown> = {}): Finding {
  const defaults: Record<string, Record<string, unknown>> = {
    'no-loss': { published: 'p1', received: ['c', 'm'] },
    'no-duplicates': { received: ['c', 'm'] },
    ordered: { received: ['c', 'm'] },
    identical: { streams: [STREAM, MIRROR] },
    'kv-linearizable': { workloads: ['kv'] },
    'no-phantoms': { received: ['c', 'm'], foreign: true },
    'exactly-once': { published: 'p1', received: ['c', 'm'] },
    intact: { streams: [MIRROR] },
    gapless: { received: ['c', 'm'] },
    starved: { received: ['c', 'm'] },
    'redelivery-bounded': { received: ['c', 'm'], max: 2 },
    'queue-fair': { received: ['c', 'm'], tolerance: 0.5 },
    'ack-floor-monotonic': { consumers: [CONSUMER] },
    answered: { requested: ['request'], replied: ['reply'] },
    'at-most-once': { published: ['core-publish'], received: ['core-subscribe'] },
    'at-least-once': { published: ['mqtt-publish'], received: ['mqtt-subscribe'] },
    'objects-intact': { workloads: ['object'], reads: 'judged' },
    'assets-model': { workloads: ['assets'], refusals: 'judged', lists: 'counted' },
  };
  return runChecks(timeline.history, [{ kind, options: { kind, ...defaults[kind], ...options } }])[0]!;
}

/** The p1 or p2 of a message, so that no-loss looks at its publisher. */
export function publishedBy(timeline: Timeline, seq: number): { published: string } {
  return { published: timeline.publishes[seq - 1]!.workload };
}

/** Spoils a generated run, and expects the check to fail at exactly one sequence. */
export function spoiled(
  kind: string,
  spoil: (timeline: Timeline, seq: number) => number | undefined,
  text: RegExp,
): void {
  fc.assert(
    fc.property(stories, ([publishers, seq]) => {
      const timeline = new Timeline(publishers);
      const options = kind === 'no-loss' ? publishedBy(timeline, seq) : {};
      expect(check(timeline, kind, options).verdict).toBe('pass');
      const guilty = spoil(timeline, seq);
      fc.pre(guilty !== undefined);
      const finding = check(timeline, kind, options);
      expect(finding.verdict).toBe('fail');
      expect(finding.statement).toMatch(text);
      expect(finding.examples[0]?.seq).toBe(guilty);
      expect(finding.statement).toMatch(new RegExp(`\\b${guilty}\\b`));
    }),
  );
}
