import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { exitCodeOf, VERDICT_ORDER, worstOf, type Verdict } from '../../src/verdict/verdict.ts';
import { cleanRun } from './clean-run.ts';
import { FLAWS, type Flaw } from './flaws.ts';

const rank = (verdict: Verdict) => VERDICT_ORDER.indexOf(verdict);
const judgeWith = (flaws: readonly Flaw[]) => {
  const run = cleanRun();
  for (const flaw of flaws) flaw.apply(run);
  return judge(run);
};
const flawNamed = (name: string) => FLAWS.find((flaw) => flaw.name === name)!;

describe('one thing wrong', () => {
  it('passes a clean run, and says what held', () => {
    expect(judge(cleanRun())).toEqual({
      verdict: 'pass',
      exitCode: 0,
      headline:
        'The steady state held before and after, 1 fault proven and undone, 1 check passed, 1 expectation met, 1 threshold kept',
      reasons: [],
      expected: { verdict: 'pass', seen: 'pass' },
    });
  });

  it.each(FLAWS)('$name: $verdict', (flaw) => {
    const judgement = judgeWith([flaw]);
    expect(judgement.verdict).toBe(flaw.verdict);
    expect(judgement.reasons.map(({ verdict, source }) => ({ verdict, source }))).toEqual([
      { verdict: flaw.verdict, source: flaw.source },
    ]);
    expect(judgement.headline).toMatch(flaw.says);
    expect(judgement.headline).toBe(judgement.reasons[0]?.text);
  });
});

it('a step that failed, and was done when it was tried again, is done', () => {
  const run = cleanRun();
  const [fault] = run.record.faults;
  const [done] = fault!.undo;
  fault!.undo = [{ ...done!, ok: false, error: 'no answer' }, done!];
  expect(judge(run).verdict).toBe('pass');
});

describe('exit codes', () => {
  it('follow the verdict, and the signal', () => {
    const codes = VERDICT_ORDER.map((verdict) => [verdict, exitCodeOf(verdict)]);
    expect(Object.fromEntries(codes)).toEqual({
      pass: 0,
      fail: 1,
      inconclusive: 2,
      error: 3,
      unclean: 4,
      interrupted: 130,
    });
    expect(exitCodeOf('interrupted', 'SIGTERM')).toBe(143);
    const run = cleanRun();
    run.record.interrupted = 'SIGTERM';
    expect(judge(run).exitCode).toBe(143);
  });
});

describe('many things wrong', () => {
  it('a further reason never makes the verdict better, whatever it is', () => {
    const verdicts = fc.constantFrom(...VERDICT_ORDER.slice(1)) as fc.Arbitrary<Exclude<Verdict, 'pass'>>;
    fc.assert(
      fc.property(fc.array(verdicts), verdicts, (some, another) => {
        const before = worstOf(some.map((verdict) => ({ verdict })));
        const after = worstOf([...some, another].map((verdict) => ({ verdict })));
        expect(rank(after)).toBeGreaterThanOrEqual(Math.max(rank(before), rank(another)));
      }),
    );
  });

  it('names in the headline of a pass what was waited for although it was there already', () => {
    const run = cleanRun();
    run.record.phases[0]!.heldAtOnce = true;
    run.record.phases[1]!.recovery = { outcome: 'never-lost', readings: 9 };
    expect(judge(run).headline).toMatch(
      /1 threshold kept; phase fault: what it waits for held at its first reading; phase recovery: the steady state was never seen lost$/,
    );
  });

  it('the worst flaw of any set decides, worst reasons come first, and the headline is the first', () => {
    // Those that take others' ground away, or lose it to others, have cases of their own below.
    const plain = FLAWS.filter(
      ({ name, verdict, source }) =>
        name !== 'a removal is not looked at' &&
        (verdict !== 'inconclusive' || source === 'drain' || source.startsWith('probe')),
    );
    fc.assert(
      fc.property(fc.subarray([...plain], { minLength: 1 }), (flaws) => {
        const { verdict, reasons, headline } = judgeWith(flaws);
        const worst = Math.max(...flaws.map((flaw) => rank(flaw.verdict)));
        expect(rank(verdict)).toBe(worst);
        const ranks = reasons.map((reason) => rank(reason.verdict));
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(headline.startsWith(reasons[0]?.text ?? '-')).toBe(true);
      }),
    );
  });

  it('any flaw at all keeps a run from passing', () => {
    fc.assert(
      fc.property(fc.subarray([...FLAWS], { minLength: 1 }), (flaws) => {
        expect(judgeWith(flaws).verdict).not.toBe('pass');
      }),
    );
  });

  it('counts the other reasons of the same weight in the headline', () => {
    const { headline } = judgeWith([
      flawNamed('a check fails'),
      flawNamed('a threshold is exceeded'),
      flawNamed('no drain'),
    ]);
    expect(headline).toBe('no-loss on publish: 1 lost (and 1 more reason)');
  });
});

describe('reasons that hang together', () => {
  it.each([
    'a vacuous fault',
    'a fault not in force',
    'a fault that lapsed',
    'a bypass',
    'a workload moved nothing',
  ])('a violated expectation proves nothing with %s', (name) => {
    const { verdict, reasons } = judgeWith([flawNamed(name), flawNamed('an expectation is violated')]);
    expect(verdict).toBe('inconclusive');
    expect(reasons.some((reason) => /proves nothing/.test(reason.text))).toBe(true);
    expect(reasons[0]?.text).toMatch(flawNamed(name).says);
  });

  it('yet a lost message is a lost message', () => {
    expect(judgeWith([flawNamed('a bypass'), flawNamed('a check fails')]).verdict).toBe('fail');
  });

  it('a kept fault that lapsed voids the phases it reaches into, and no others', () => {
    const run = cleanRun();
    flawNamed('a fault that lapsed').apply(run);
    const [first, second] = run.record.phases;
    second!.expectations = [{ ...first!.expectations[0]!, outcome: 'violated' }];
    expect(judge(run).verdict).toBe('fail');
    run.record.faults[0]!.removedAt = 8000;
    expect(judge(run).verdict).toBe('inconclusive');
  });

  it('says nothing of phases that an unsteady start kept from running', () => {
    const run = cleanRun();
    flawNamed('never steady').apply(run);
    run.record.steadyStateAfter = [];
    run.record.faults = [];
    run.record.drain = { ok: true, ms: 0, note: '' };
    run.record.phases = run.record.phases.map(({ name }) => ({
      name,
      outcome: 'not-run',
      actions: [],
      expectations: [],
    }));
    expect(judge(run).reasons).toHaveLength(1);
  });

  it('an incomplete drain is no excuse for a failing check', () => {
    const sources = judgeWith([flawNamed('no drain'), flawNamed('a check fails')]).reasons.map(
      (r) => r.source,
    );
    expect(sources).toEqual(['check no-loss']);
  });

  it('a completed undo is enough on the way out of an interrupted run', () => {
    expect(judgeWith([flawNamed('Ctrl-C'), flawNamed('a removal is not looked at')]).verdict).toBe(
      'interrupted',
    );
    expect(judgeWith([flawNamed('Ctrl-C'), flawNamed('an undo step failed')]).verdict).toBe('unclean');
    expect(judgeWith([flawNamed('Ctrl-C'), flawNamed('a removal is disproven')]).verdict).toBe('unclean');
  });

  it('a run that claims nothing proves nothing', () => {
    const run = cleanRun();
    run.record.steadyStateBefore = [];
    run.record.steadyStateAfter = [];
    for (const phase of run.record.phases) phase.expectations = [];
    const judgement = judge({ record: run.record, findings: [], thresholds: [] });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.headline).toMatch(/Nothing was claimed/);
  });
});

describe('a run on servers that nobody here started', () => {
  /** Reads alone: no workload, no fault, no link under control, and so no guard. */
  const reading = () => {
    const run = cleanRun();
    Object.assign(run.record, { driver: 'attached', workloads: [], faults: [] });
    run.record.topology = { clusters: [{ name: 'c', nodes: [] }], links: [], streams: [] };
    run.record.guard.checks = 0;
    return { record: run.record, findings: [], thresholds: [] };
  };

  it('passes on its steady state and expectations alone, and claims no more than these', () => {
    expect(judge(reading())).toMatchObject({
      verdict: 'pass',
      headline: 'The steady state held before and after, 1 expectation met',
      reasons: [],
    });
  });

  it('is inconclusive when a probe never got a reading', () => {
    const run = reading();
    const [probe] = run.record.probes;
    run.record.probes = [{ ...probe!, samples: [{ t: 1, error: 'no answer' }] }];
    expect(judge(run)).toMatchObject({ verdict: 'inconclusive' });
    for (const phase of run.record.phases)
      phase.expectations = phase.expectations.map((one) => ({ ...one, outcome: 'unread', readings: 0 }));
    expect(judge(run).headline).toMatch(/could not be read/);
  });

  it('needs no guard for a fault where no link is under control', () => {
    const run = reading();
    run.record.faults = cleanRun().record.faults;
    expect(judge(run).verdict).toBe('pass');
    run.record.topology = {
      ...run.record.topology,
      links: [{ name: 'a~b', kind: 'route', from: 'a', to: 'b' }],
    };
    expect(judge(run)).toMatchObject({
      verdict: 'inconclusive',
      headline: expect.stringMatching(/guard never ran/) as string,
    });
  });
});
