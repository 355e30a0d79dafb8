import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOf, tellingLine } from '../../src/reduce/log-shape.ts';
import { hasSignature, isOfTime, signaturesOf } from '../../src/reduce/signature.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { fixtureRun } from '../report/fixture.ts';

type Finding = SavedRun['findings'][number];

const ALL_WELL = fixtureRun();

/** A run with these findings, of which nothing else has failed. */
function runWith(...findings: Finding[]): SavedRun {
  return { ...ALL_WELL, findings };
}

function lost(counts: Record<string, number>, text: string): Finding {
  const example = { stream: 'z/s', seq: 17, id: 'a1b2c3d4/publisher/17', text };
  return {
    check: 'no-loss',
    subject: 'publisher',
    verdict: 'fail',
    statement: '',
    counts,
    examples: [example],
  };
}

function ids(saved: SavedRun): string[] {
  return signaturesOf(saved).map(({ id }) => id);
}

describe('the signature of a failed check', () => {
  it('is the check and its problem, whatever was lost', () => {
    const once = runWith(lost({ published: 300, missing: 1 }, 'acknowledged with sequence 17 but …'));
    const often = runWith(lost({ published: 812, missing: 90 }, 'acknowledged with sequence 3 but …'));
    expect(ids(once)).toEqual(['check-no-loss-missing']);
    expect(ids(often)).toEqual(ids(once));
  });

  it('tells a message that was never delivered from one that is gone, and from a stream that is gone', () => {
    const kinds = [
      lost({ undelivered: 4 }, 'sequence 17 of z/s (a) was never delivered to worker'),
      lost({ missing: 2, undelivered: 4 }, 'acknowledged with sequence 17 but stream z/s does not hold it'),
      lost({ missing: 2 }, 'acknowledged with sequence 17, and stream z/s itself is gone'),
    ];
    expect(kinds.map((finding) => ids(runWith(finding)))).toEqual([
      ['check-no-loss-undelivered'],
      ['check-no-loss-missing'],
      ['check-no-loss-stream-gone'],
    ]);
  });

  it('is the same for each amount of a problem', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 0 }), (missing, published) => {
        const finding = lost({ published, missing }, `acknowledged with sequence ${missing} but stream`);
        expect(hasSignature(runWith(finding), { failure: 'check no-loss missing' })).toBe(true);
      }),
    );
  });

  it('is the shape of its first example where no count names the problem', () => {
    const of = (n: number): SavedRun =>
      runWith({ ...lost({ seen: n }, `sequence ${n} came ${n + 1}.5 s late`), check: 'own' });
    expect(ids(of(3))).toEqual(['check-own-sequence-came-s-late']);
    expect(ids(of(44))).toEqual(ids(of(3)));
  });

  it('is not there where the check passed, or could not tell', () => {
    const finding = lost({ missing: 1 }, '…');
    expect(ids(runWith({ ...finding, verdict: 'pass' }, { ...finding, verdict: 'inconclusive' }))).toEqual(
      [],
    );
  });
});

it('a failure is one of time where something did not come, or come back', () => {
  const ids = [
    'out-of-time-recovery',
    'not-steady-after-x',
    'expectation-y-in-z',
    'threshold-recovery-of-all',
  ];
  expect(ids.map(isOfTime)).toEqual([true, true, true, true]);
  expect(['check-no-loss-stream-gone', 'server-crash-panic', 'failed'].map(isOfTime)).toEqual([
    false,
    false,
    false,
  ]);
});

describe('the signature of a server that ended by itself', () => {
  type Crash = NonNullable<SavedRun['crashes']>[number];
  const ended = (crash: Partial<Crash>, phase: string | null = 'partition'): SavedRun => {
    const { node = 'qa1a/n1' } = crash;
    const finding = { check: 'server-crash', subject: node, verdict: 'fail' as const, statement: '' };
    const known = { t: 17_000, kind: 'panic' as const, text: '', faults: [] };
    const within = phase === null ? {} : { phase };
    return {
      ...runWith({ ...finding, counts: { crashes: 1 }, examples: [] }),
      crashes: [{ ...known, ...within, node, lastLines: ['panic: boom'], ...crash }],
    };
  };
  const crash = (node: string, ...lastLines: string[]): SavedRun => ended({ node, lastLines });

  it('is the shape of the line that says why, on whichever server', () => {
    const one = crash(
      'qa1a/n1',
      'panic: index out of range [5] with length 3',
      '',
      'goroutine 12 [running]:',
    );
    const other = crash('qa1b/n2', 'panic: index out of range [9] with length 7', 'goroutine 99 [running]:');
    expect(ids(one)).toEqual(['server-crash-panic-index-out-of-range-with-length-in-partition']);
    expect(ids(other)).toEqual(ids(one));
  });

  it('comes before every check', () => {
    const both = crash('qa1a/n1', 'panic: boom');
    both.findings.unshift(lost({ missing: 1 }, '…'));
    expect(ids(both)).toEqual(['server-crash-panic-boom-in-partition', 'check-no-loss-missing']);
  });

  describe('names where in the run it ended', () => {
    const startOf = (name: string): number =>
      ALL_WELL.phases.find((one) => one.name === name)?.startedAt ?? 0;
    const [first, last] = [ALL_WELL.phases[0]?.startedAt ?? 0, ALL_WELL.phases.at(-1)?.endedAt ?? 0];
    const struckAt = ALL_WELL.faults[0]?.injectedAt ?? 0;

    it.each([
      ['long before the method', first - 5, null, 'before the method'],
      ['just after the method has begun', first + 5, 'baseline', 'before the method'],
      ['in a phase', first + 1_500, 'baseline', 'in baseline'],
      ['just after a fault of the phase was injected', struckAt + 5, 'partition', 'in partition'],
      ['just after a phase, before anything was done', startOf('recovery') + 5, 'recovery', 'in partition'],
      ['later', startOf('recovery') + 1_000, 'recovery', 'in recovery'],
      ['just after the method', last + 5, null, 'in afterwards'],
      ['long after it', last + 1_000, null, 'after the method'],
    ])('%s', (_when, t, phase, place) => {
      expect(signaturesOf(ended({ t }, phase)).map(({ words }) => words)).toEqual([
        `server-crash panic: boom ${place}`,
      ]);
    });

    it('and is the same failure for a reduction, which changes phases', () => {
      const [signature] = signaturesOf(ended({}));
      const reduced = ended({ t: 900 }, 'phase-1');
      reduced.phases = [];
      expect(signature).toMatchObject({ failure: 'server-crash panic: boom' });
      expect(hasSignature(reduced, { failure: signature?.failure ?? '' })).toBe(true);
      expect(hasSignature(ALL_WELL, { failure: signature?.failure ?? '' })).toBe(false);
    });
  });

  it('is of each crash that nothing explains', () => {
    const run = ended({});
    const [one] = run.crashes ?? [];
    run.crashes?.push({ ...(one as Crash), t: 17_500, accepted: 'a full disk', lastLines: ['panic: full'] });
    expect(ids(run)).toEqual(['server-crash-panic-boom-in-partition']);
  });
});

describe('the signature of a recovery that never came', () => {
  const lag = {
    ...{ probe: 'mirror-lag qa1a/m', condition: 'max 100, within 10 s', outcome: 'violated' as const },
    ...{ statement: '', readings: 9 },
  };
  const late = (after: SavedRun['steadyState']['after']): SavedRun => {
    const phases = ALL_WELL.phases.map((phase) =>
      phase.name === 'recovery'
        ? {
            ...phase,
            outcome: 'timed-out' as const,
            recovery: { outcome: 'not-recovered' as const, readings: 9 },
          }
        : phase,
    );
    const last = phases.findIndex(({ name }) => name === 'recovery');
    return {
      ...runWith(),
      phases: phases.slice(0, last + 1),
      steadyState: { ...ALL_WELL.steadyState, after },
    };
  };

  it('is what did not come back, once, where that is known', () => {
    expect(ids(late([lag]))).toEqual(['not-steady-after-mirror-lag-qa1a-m-max-100-within-10-s']);
  });

  it('is the phase where it came back too late, or could not be read', () => {
    expect(ids(late([]))).toEqual(['out-of-time-recovery']);
    expect(ids(late([{ ...lag, outcome: 'unread' }]))).toEqual(['out-of-time-recovery']);
  });

  it('is told from others whose words begin alike, however long they are', () => {
    const long = (end: string): SavedRun =>
      late([{ ...lag, probe: `mirror-lag ${'qa1a/'.padEnd(80, 'x')}${end}` }]);
    const [one = '', other = ''] = [...ids(long('a')), ...ids(long('b'))];
    expect(one).not.toBe(other);
    expect(Math.max(one.length, other.length)).toBeLessThanOrEqual(80);
    expect(ids(long('a'))).toEqual([one]);
  });
});

describe('a line of a log', () => {
  it('is known by its words', () => {
    const line = (pid: number, at: string, node: string, group: string, index: number): string =>
      `[${pid}] 2026/11/30 ${at} [WRN] RAFT [${group} - ${group}] ${node}: resetting WAL state at ${index} from 127.0.0.1:${index}`;
    const first = shapeOf(line(7, '12:00:01.123456', 'n1', 'cnrttheg', 17), ['n1', 'n2']);
    const other = shapeOf(line(981, '23:59:59.000001', 'n2', 'S3Ryhn2A', 90_017), ['n1', 'n2']);
    expect(first).toBe('RAFT [#] server: resetting WAL state at # from #');
    expect(other).toBe(first);
  });

  it('that says why a server ended is a panic before a fatal message before the last one', () => {
    expect(tellingLine(['[1] 2026/11/30 12:00:00.0 [FTL] no', 'panic: yes', 'goroutine 1'])).toBe(
      'panic: yes',
    );
    expect(tellingLine(['[FTL] one', '[FTL] two', 'more'])).toBe('[FTL] two');
    expect(tellingLine(['one', 'two'])).toBe('two');
    expect(tellingLine([])).toBe('');
  });
});
