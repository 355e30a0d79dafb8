import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Novelty } from '../../src/explore/novelty.ts';
import { renderSearchJunit } from '../../src/explore/junit.ts';
import { searchJsonSchema } from '../../src/explore/saved.ts';
import {
  addRun,
  asKnown,
  findingsOf,
  noteOverlaps,
  outcomeOf,
  type Search,
} from '../../src/explore/search.ts';
import { overlapsOf, signalsOf, type Signal } from '../../src/explore/signals.ts';
import { renderSearch } from '../../src/explore/text.ts';
import { fixtureRun } from '../report/fixture.ts';
import { runOf, searchOf } from './page/searches.ts';

const PLAIN = { color: false, width: 80 };

function emptySearch(): Search {
  return structuredClone<Search>(searchOf([]));
}

describe('the published schema', () => {
  // `npx vitest run --project unit test/explore -u` writes it anew.
  it('is the one that the program has', async () => {
    await expect(searchJsonSchema()).toMatchFileSnapshot('../../schema/explore.schema.json');
  });

  it('accepts a search, and no field that it does not know', () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(searchJsonSchema()) as object);
    expect(validate(searchOf([runOf(1), runOf(2, { kind: 'mutated', of: 1 })]))).toBe(true);
    expect(validate({ ...searchOf([]), more: 1 })).toBe(false);
    const found = emptySearch();
    addRun(found, runOf(1, { verdict: 'fail' }), [{ id: 'a', words: 'a in schedule', failure: 'a' }]);
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe('novelty', () => {
  const signal = (key: string, value?: number): Signal => ({
    ...{ key, words: `${key} ${value ?? ''}` },
    ...(value === undefined ? {} : { value }),
  });

  it('is what no earlier run has shown, once', () => {
    const novelty = new Novelty();
    expect(novelty.add([signal('log a'), signal('log b')])).toHaveLength(2);
    expect(novelty.add([signal('log a'), signal('log c')])).toEqual(['log c ']);
    expect(novelty.add([signal('log c')])).toEqual([]);
  });

  it('is more than ever, or less than ever, where that counts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), (values) => {
        const novelty = new Novelty();
        values.forEach((value, at) => {
          const before = values.slice(0, at);
          expect(novelty.add([signal('more x', value)])).toHaveLength(
            before.every((one) => one < value) ? 1 : 0,
          );
          expect(novelty.add([signal('less y', value)])).toHaveLength(
            before.every((one) => one > value) ? 1 : 0,
          );
        });
      }),
    );
  });

  it('is the same whether a search was resumed or not', () => {
    const runs = [[signal('a')], [signal('a'), signal('more x', 2)], [signal('more x', 1), signal('b')]];
    const whole = new Novelty();
    const expected = runs.map((signals) => whole.add(signals));
    const resumed = new Novelty();
    for (const signals of runs.slice(0, 2)) resumed.add(signals);
    expect(resumed.add(runs[2] ?? [])).toEqual(expected[2]);
  });
});

describe('the signals of a run', () => {
  it('are of its leaders, mirrors, logs and recovery', () => {
    const keys = signalsOf(fixtureRun()).map(({ key }) => key);
    expect(keys.some((key) => key.startsWith('log '))).toBe(true);
    expect(keys.some((key) => key.startsWith('more lag of '))).toBe(true);
    expect(keys.some((key) => key.includes('recovery'))).toBe(true);
  });

  it('do not tell apart what differs in numbers, names and ids only', () => {
    const saved = fixtureRun();
    const withText = (text: string): string[] => {
      const [first] = saved.serverEvents?.events ?? [];
      if (first === undefined) throw new Error('the fixture has no server event');
      const events = [{ ...first, text }];
      return signalsOf({ ...saved, serverEvents: { events, leftOut: 0 } })
        .filter(({ key }) => key.startsWith('log '))
        .map(({ key }) => key);
    };
    expect(withText("JetStream cluster new consumer leader for 'APP > orders > a1' in 12ms")).toEqual(
      withText("JetStream cluster new consumer leader for 'APP > jobs > b2' in 3ms"),
    );
    expect(withText('Falling behind')).not.toEqual(withText('Catchup stalled'));
  });

  it('are of the assertions that servers reach, and once more of those that they violate', () => {
    const assertion = (message: string, violated: boolean) => ({
      ...{
        t: 1,
        node: 'z/n1',
        message,
        kind: 'Always',
        violated,
        where: 'raft.go:1 f',
        details: {},
        faults: [],
      },
    });
    const words = (...assertions: ReturnType<typeof assertion>[]): string[] =>
      signalsOf({ ...fixtureRun(), assertions })
        .filter(({ key }) => key.startsWith('assertion '))
        .map((signal) => signal.words);
    expect(words(assertion('term', false), assertion('term', false), assertion('term', true))).toEqual([
      'a server reaches its assertion "term"',
      'a server violates its assertion "term"',
    ]);
  });

  it('are of pairs of faults and actions that were in force, or going on, at the same time', () => {
    const fault = (kind: string, from: number, to: number): unknown => ({
      ...{ kind, injectedAt: from, inForce: { proven: true }, removed: { t: to } },
    });
    const saved = {
      faults: [fault('pause', 0, 10), fault('kill', 5, 15), fault('isolate', 11, 20)],
      phases: [
        {
          actions: [
            { kind: 'upgrade', ok: true, t: 16, endedAt: 30 },
            { kind: 'scale-replicas', ok: false, t: 2, endedAt: 3 },
            // It never began.
            { kind: 'restart', ok: false, t: 12 },
            // As older versions of the program recorded it.
            { kind: 'purge', ok: true, t: 2_000 },
          ],
        },
      ],
    } as unknown as Parameters<typeof overlapsOf>[0];
    expect(overlapsOf(saved)).toEqual([
      ['kill', 'pause'],
      ['pause', 'scale-replicas'],
      ['isolate', 'kill'],
      ['isolate', 'upgrade'],
    ]);
  });
});

describe('a search', () => {
  const finding = (id: string) => ({ id, words: `check ${id}`, failure: `check ${id}` });

  it('counts findings of one signature as one, and tells which are new', () => {
    const search = emptySearch();
    expect(addRun(search, runOf(2, { verdict: 'fail' }), [finding('a'), finding('b')])).toHaveLength(2);
    expect(addRun(search, runOf(1, { verdict: 'fail' }), [finding('a')])).toEqual([]);
    expect(search.findings.map(({ id, count, runs }) => ({ id, count, runs }))).toEqual([
      { id: 'a', count: 2, runs: [2, 1] },
      { id: 'b', count: 1, runs: [2] },
    ]);
    expect(search.runs.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('takes what an older program has found without a phase for the same failure, in whichever phase', () => {
    const search = emptySearch();
    const crash = (phase: string) => ({
      ...{ id: `crash-in-${phase}`, words: `crash in ${phase}`, failure: 'crash' },
    });
    expect(asKnown(search, [crash('schedule'), crash('recovery')])).toEqual([
      crash('schedule'),
      crash('recovery'),
    ]);
    const old = { id: 'crash', words: 'crash', failure: 'crash' };
    addRun(search, runOf(1, { verdict: 'fail' }), [old]);
    expect(asKnown(search, [crash('schedule'), finding('a'), crash('recovery')])).toEqual([
      old,
      finding('a'),
    ]);
  });

  it('has a finding for a failure that no signature describes', () => {
    const saved = { ...fixtureRun(), verdict: 'fail' as const, headline: 'it failed' };
    expect(findingsOf(saved, () => [])).toMatchObject([{ id: 'failed', words: 'it failed' }]);
    expect(findingsOf({ ...saved, verdict: 'inconclusive' }, () => [finding('x')])).toEqual([]);
  });

  it('warns when more than one run in ten has no conclusive verdict, and says why', () => {
    const search = emptySearch();
    for (let number = 1; number <= 9; number += 1) addRun(search, runOf(number), []);
    addRun(search, runOf(10, { verdict: 'inconclusive', reason: 'a fault without effect' }), []);
    expect(search.warnings).toEqual([]);
    addRun(search, runOf(11, { verdict: 'error', reason: 'a fault without effect' }), []);
    expect(search.warnings).toEqual([
      '2 of 11 runs (18%) have no conclusive verdict; most often: a fault without effect (2)',
    ]);
    expect(renderSearch(search, 'x', PLAIN)).toContain('  1 run     error: a fault without effect (11)\n');
  });

  it('counts pairs over all runs', () => {
    const search = emptySearch();
    noteOverlaps(search, [['a', 'b']]);
    noteOverlaps(search, [
      ['a', 'b'],
      ['b', 'b'],
    ]);
    expect(search.overlaps).toEqual([
      { a: 'a', b: 'b', count: 2 },
      { a: 'b', b: 'b', count: 1 },
    ]);
  });

  it.each([
    ['nothing found', ['pass', 'pass'], {}, 0],
    ['found', ['pass', 'fail'], {}, 1],
    ['found, although little is conclusive', ['inconclusive', 'inconclusive', 'fail'], {}, 1],
    ['too little conclusive', ['pass', 'inconclusive', 'inconclusive'], {}, 2],
    ['no run at all', [], {}, 2],
    ['none could be carried out', ['error', 'error'], {}, 3],
    ['something left behind', ['pass', 'unclean'], {}, 4],
    ['Ctrl-C', ['pass', 'fail'], { interrupted: 'SIGINT' }, 130],
    ['SIGTERM', ['pass'], { interrupted: 'SIGTERM' }, 143],
  ] as const)('ends with the exit code of %s', (_, verdicts, change, code) => {
    const search = emptySearch();
    verdicts.forEach((verdict, at) =>
      addRun(search, runOf(at + 1, { verdict }), verdict === 'fail' ? [finding('a')] : []),
    );
    expect(outcomeOf({ ...search, ...change }).exitCode).toBe(code);
    const junit = renderSearchJunit({ ...search, ...change }, 'x');
    expect(/<(failure|error) /.test(junit)).toBe(code !== 0);
  });
});
