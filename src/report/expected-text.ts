import type { SavedRun } from './schema.ts';

/** The expectation and the observation, in words; null for an experiment that simply expects to pass. */
export function expectedText({ expected, versions }: SavedRun): string | null {
  if (expected === undefined) return null;
  const { verdict, versions: range, seen } = expected;
  if (verdict === 'pass' && range === undefined) return null;
  const server = versions['nats-server'];
  if (server === undefined && verdict === 'none')
    return `what is expected depends on the version of nats-server; seen: ${seen}`;
  if (verdict === 'none') return `nothing is expected of nats-server ${server}; seen: ${seen}`;
  const of = range === undefined ? 'any nats-server' : `nats-server ${server ?? ''} (${range})`;
  return `expected of ${of}: ${verdict === 'either' ? 'pass or fail' : verdict}; seen: ${seen}`;
}
