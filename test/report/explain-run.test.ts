import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainRun } from '../../src/report/explain-run.ts';
import { readSavedRun } from '../../src/report/read-saved.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { ruleWords } from '../../src/verdict/rule-words.ts';
import { FLAWS } from '../verdict/flaws.ts';
import { fixtureRecord, fixtureRun } from './fixture.ts';
import { judgedRun } from './forms/judged.ts';
import { hostileRun } from './hostile.ts';

const RUN = 'reports/clean';
const flawOf = (verdict: string) => FLAWS.filter((flaw) => flaw.verdict === verdict).slice(0, 1);

describe('why a run got its verdict', () => {
  it('is told of a pass with what it rests on', () => {
    const { claim, done, seen, why, next } = explainRun(fixtureRun(), 'reports/cut');
    expect(claim).toMatch(
      /^partition-recovery claims ".*", and it was run on nats-server 2\.12\.3 \(driver process, seed 424242\)\.$/,
    );
    expect(done).toMatch(
      /partition between qa1a and qa1b, proven from outside \(.*\) and proven to be removed/,
    );
    expect(seen).toMatch(/the steady state held before and after the method; .*5 of 5 checks passed/);
    expect(why).toMatch(/^Therefore the verdict is pass: nothing stands against it/);
    expect(next).toContain('this repeats it: chaos run');
  });

  it.each(['fail', 'inconclusive', 'error', 'unclean', 'interrupted'])(
    'is told of a run that is %s',
    (verdict) => {
      const saved = judgedRun(flawOf(verdict));
      expect(saved.verdict).toBe(verdict);
      const { why, next, ...rest } = explainRun(saved, RUN);
      expect(why).toContain(
        `Therefore the verdict is ${verdict}: ${saved.reasons[0]?.text ?? ''}, by the rule that`,
      );
      expect(next).toContain(saved.repeat.command);
      if (verdict === 'unclean') expect(next).toContain(`chaos recover ${RUN}`);
      for (const sentence of Object.values({ why, next, ...rest })) expect(sentence).toMatch(/^\S.*[^.]\.$/);
    },
  );

  it.each(FLAWS.map((flaw) => [flaw.name, flaw] as const))(
    'names its first reason and the rule behind it: %s',
    (_, flaw) => {
      const saved = judgedRun([flaw]);
      const [reason] = saved.reasons;
      expect(ruleWords(reason!)).not.toBeNull();
      expect(explainRun(saved, RUN).why).toContain(ruleWords(reason!));
    },
  );

  it('names what was not proven before what was, and counts the rest', () => {
    const record = fixtureRecord();
    const [fault] = record.faults;
    const more = Array.from({ length: 4 }, (_, at) => ({
      ...structuredClone(fault!),
      id: `partition#${at + 2}`,
    }));
    more[3]!.vacuous = 'no link let anything through';
    more[3]!.title = 'the idle one';
    const { done } = explainRun(fixtureRun({ ...record, faults: [fault!, ...more] }), RUN);
    expect(done).toMatch(
      /^Done to it: the idle one, vacuous \(no link let anything through\); .*and 2 more faults/,
    );
  });

  it('says that nothing was done where the method never began, or has nothing to do', () => {
    const never = judgedRun([
      {
        apply: ({ record }) => {
          record.phases = record.phases.map(({ name, expectations }) => ({
            name,
            outcome: 'not-run',
            actions: [],
            expectations,
          }));
          record.error = { message: 'no binary', code: 'unavailable' };
        },
      },
    ]);
    expect(explainRun(never, RUN).done).toContain('because the method never began');
    const watching = judgedRun([{ apply: ({ record }) => (record.faults = []) }]);
    expect(explainRun(watching, RUN).done).toContain('only watches');
  });

  it('says of a failure that was expected why it is a pass, and of one that did not come why it is none', () => {
    const found = explainRun(judgedRun(flawOf('fail'), 'fail'), RUN);
    expect(found.why).toContain('is pass, because what was seen is a failure that the experiment expects: ');
    const gone = explainRun(judgedRun([], 'fail'), RUN);
    expect(gone.why).toContain('is fail: No longer fails, though the experiment expects it to');
    expect(gone.why).toContain('an experiment that expects a failure fails when the failure does not come');
  });

  it('is told of runs of an earlier form, and of one whose words come from outside, on one line each', () => {
    const name = 'test/fixtures/saved/form-1.json';
    const older = readSavedRun(readFileSync(name, 'utf8'), name);
    for (const saved of [older, hostileRun(fixtureRun())] satisfies SavedRun[]) {
      const sentences = Object.values(explainRun(saved, RUN)) as string[];
      expect(sentences).toHaveLength(5);
      for (const text of sentences) expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });
});
