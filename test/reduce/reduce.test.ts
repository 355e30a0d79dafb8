import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, type Document, type Pair } from '../../src/reduce/pair.ts';
import { reducePair } from '../../src/reduce/reduce.ts';

interface Fault extends Document {
  kind: string;
  nodes?: string | string[];
}

/** Everything that a reduction may take away or make smaller. */
function richPair(): Pair {
  return {
    experiment: {
      name: 'rich',
      title: 'Much happens',
      environment: './rich-environment.yaml',
      tags: ['nightly'],
      workloads: {
        publisher: { kind: 'publish', stream: 'z/s', subject: 's.x', rate: '800/s', size: '4KiB' },
        worker: { kind: 'consume', consumer: 'z/s/w' },
        other: { kind: 'publish', stream: 'z/t', subject: 't.x', count: 1000 },
      },
      steadyState: [{ kind: 'server-healthy', servers: 'z', equals: 5 }],
      method: [
        { phase: 'calm', for: '5s' },
        {
          phase: 'storm',
          faults: [
            { kind: 'kill', nodes: ['z/n1', 'z/n2'] },
            { kind: 'pause', nodes: 'z@minority', for: '8s' },
            { kind: 'choose', of: [{ kind: 'latency', between: ['z', 'clients'], latency: '1s' }] },
          ],
          actions: [{ kind: 'step-down', stream: 'z/s' }],
          for: '20s',
          expect: [{ kind: 'server-healthy', servers: 'z', min: 3 }],
        },
        { phase: 'back', until: 'steady', within: '60s' },
      ],
      checks: [
        { kind: 'no-loss', published: 'publisher', received: ['worker'] },
        { kind: 'no-loss', published: 'other' },
      ],
      thresholds: [{ metric: 'recovery-time', phase: 'back', max: '9s' }],
    },
    environment: {
      name: 'rich-environment',
      clusters: { z: { nodes: ['n1', 'n2', 'n3', 'n4', 'n5'] } },
      streams: { 'z/s': { subjects: ['s.>'], replicas: 5 }, 'z/t': { subjects: ['t.>'] } },
      consumers: { 'z/s/w': { ackWait: '5s' }, 'z/t/v': {} },
    },
  };
}

function faultsOf(pair: Pair): Fault[] {
  const method = pair.experiment['method'];
  return (Array.isArray(method) ? method : []).flatMap(
    (phase: Document) => (phase['faults'] ?? []) as Fault[],
  );
}

describe('an experiment and its environment', () => {
  it('become what shows the failure, and no more', async () => {
    const shows = (pair: Pair) =>
      Promise.resolve(
        faultsOf(pair).some(({ kind }) => kind === 'kill') &&
          at(pair, ['environment', 'clusters', 'z']) !== undefined &&
          at(pair, ['experiment', 'workloads', 'publisher']) !== undefined &&
          at(pair, ['environment', 'streams', 'z/s']) !== undefined &&
          ((at(pair, ['environment', 'clusters', 'z', 'nodes']) as string[] | undefined)?.length ?? 0) >= 3,
      );
    const { experiment, environment } = await reducePair(richPair(), { shows });
    expect(environment).toEqual({
      clusters: { z: { nodes: ['n1', 'n2', 'n3'] } },
      name: 'rich-environment',
      streams: { 'z/s': { replicas: 3 } },
    });
    expect(Object.keys(experiment)).toEqual(['name', 'title', 'environment', 'workloads', 'method']);
    expect(experiment['workloads']).toEqual({ publisher: {} });
    expect(experiment['method']).toEqual([
      { phase: 'storm', faults: [{ kind: 'kill', nodes: 'z/n1' }], for: '100ms' },
    ]);
  });

  it('never become what does not show it, whatever that depends on; and the search ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (salt) => {
        // An arbitrary, repeatable opinion of each pair.
        const opinion = (pair: Pair): boolean => {
          const text = JSON.stringify(pair);
          let hash = salt;
          for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
          return (hash >>> 3) % 3 === 0;
        };
        const whole = richPair();
        const smallest = await reducePair(whole, { shows: (pair) => Promise.resolve(opinion(pair)) });
        expect(JSON.stringify(smallest) === JSON.stringify(whole) || opinion(smallest)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('stay as they are when nothing smaller shows it, and no pair is asked about twice', async () => {
    const asked: string[] = [];
    const whole = richPair();
    const smallest = await reducePair(whole, {
      shows: (pair) => {
        asked.push(JSON.stringify(pair));
        return Promise.resolve(false);
      },
    });
    expect(smallest).toEqual(richPair());
    expect(whole).toEqual(richPair());
    expect(new Set(asked).size).toBe(asked.length);
  });
});
