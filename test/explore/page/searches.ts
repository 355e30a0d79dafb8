import type { SavedSearch, SearchRun } from '../../../src/explore/saved.ts';
import { seededRandom } from '../../../src/support/random.ts';

const KINDS = ['kill', 'pause', 'isolate', 'latency', 'partition', 'scale-stream', 'step-down', 'upgrade'];
const DRAWN = KINDS.slice(0, 7);

export function runOf(number: number, change: Partial<SearchRun> = {}): SearchRun {
  return {
    number,
    seed: 1_000 + number,
    kind: 'drawn',
    kinds: ['kill', 'pause'],
    settings: ['publish-qa rate 500/s'],
    verdict: 'pass',
    headline: 'nothing was lost',
    folder: `runs/2026-run-${number}`,
    file: `experiments/run-${number}.yaml`,
    startedAt: '2026-11-30T15:00:00.000Z',
    ms: 11_400,
    scheduleMs: 8_000,
    novel: [],
    signatures: [],
    ...change,
  };
}

/** A search of so many runs that has found nothing. */
export function searchOf(runs: SearchRun[], change: Partial<SavedSearch> = {}): SavedSearch {
  return {
    schemaVersion: 1,
    program: { name: 'nats-chaos', version: '0.1.0' },
    name: 'one-zone',
    title: 'No schedule of faults loses, repeats or reorders a message of one zone',
    file: 'experiments/explore/one-zone.yaml',
    digest: '0123456789abcdef',
    seed: 42,
    nats: '2.12.15',
    startedAt: '2026-11-30T15:00:00.000Z',
    endedAt: '2026-11-30T15:20:00.000Z',
    wallMs: 1_200_000,
    budget: { runs: 200, ms: 7_200_000 },
    runs,
    findings: [],
    features: KINDS.map((kind) => ({
      name: `${kind.includes('-') ? 'action' : 'fault'} ${kind}`,
      kind: kind.includes('-') ? 'action' : 'fault',
      count: runs.filter(({ kinds }) => kinds.includes(kind)).length,
      ...firstRunOf(kind, runs),
    })),
    neverDrawn: [],
    overlaps: [],
    warnings: [],
    ...change,
  };
}

function firstRunOf(kind: string, runs: readonly SearchRun[]): { firstRun?: number } {
  const first = runs.find(({ kinds }) => kinds.includes(kind));
  return first === undefined ? {} : { firstRun: first.number };
}

export const LOST: SavedSearch['findings'][number] = {
  id: 'check-no-loss-missing',
  words: 'check no-loss missing',
  count: 3,
  runs: [17, 44, 61],
  reduced: {
    folder: 'findings/check-no-loss-missing',
    experiment: 'findings/check-no-loss-missing/run-17.yaml',
    before: { shown: 2, of: 3 },
    after: { shown: 3, of: 3 },
    runs: 31,
    over: null,
  },
};

/** A search as one goes: much that is new at first, little later, three runs with the same finding. */
export function richSearch(): SavedSearch {
  const random = seededRandom(5);
  const overlaps = new Map<string, { a: string; b: string; count: number }>();
  const runs = Array.from({ length: 120 }, (_, at) => {
    const number = at + 1;
    const kinds = random.sample(DRAWN, 1 + Math.floor(random.next() * 3)).sort();
    for (const [n, a] of kinds.entries())
      for (const b of kinds.slice(n)) {
        if (a === b && random.next() < 0.7) continue;
        const one = overlaps.get(`${a} ${b}`) ?? { a, b, count: 0 };
        overlaps.set(`${a} ${b}`, { ...one, count: one.count + 1 });
      }
    const novel =
      random.next() < 6 / (at + 4)
        ? [
            `leader change ${number} of qa1a/qa`,
            'a log line of a new shape: RAFT [#] Falling behind',
            'term 9',
          ]
        : [];
    const mutated = at > 40 && random.next() < 0.5;
    const found = LOST.runs.includes(number);
    const open = !found && random.next() < 0.06;
    return runOf(number, {
      kinds,
      novel,
      ...(mutated ? { kind: 'mutated', of: number - 30, change: 'pause later by 500ms' } : {}),
      ...(found
        ? {
            verdict: 'fail',
            signatures: [LOST.id],
            headline: 'no-loss: 2 missing of 4,000 acknowledged messages',
          }
        : {}),
      ...(open
        ? {
            verdict: 'inconclusive',
            reason: 'fault latency was not proven',
            headline: 'fault latency#1: not proven',
          }
        : {}),
    });
  });
  const crash: SavedSearch['findings'][number] = {
    id: 'server-crash-panic-index-out-of-range',
    words: 'server-crash panic: index out of range [#] with length #',
    count: 1,
    runs: [44],
    reduced: null,
    notReduced: 'it did not show again in 3 runs',
  };
  return searchOf(runs, {
    findings: [LOST, crash],
    overlaps: [...overlaps.values()],
    neverDrawn: ['action upgrade', 'publish-qa size 1MiB'],
    warnings: ['7 of 120 runs are inconclusive'],
  });
}
