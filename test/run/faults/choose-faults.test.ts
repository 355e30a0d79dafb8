import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/plan/plan.ts';
import { chooseFaults, choiceText } from '../../../src/run/faults/choose-faults.ts';

const plan = (id: string): FaultPlan => ({
  id,
  kind: 'kill',
  title: id,
  keep: false,
  onConflict: 'end',
  options: {},
});
const of = ['b', 'c', 'd'].map(plan);
const phase = {
  faults: [plan('a'), { id: 'choose#1', kind: 'choose' as const, count: 2, of }, plan('e')],
};

describe('what is chosen', () => {
  it('is as many as it says, each once, in the order of the file', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const ids = chooseFaults(phase, seed).faults.map(({ id }) => id);
        expect(ids).toHaveLength(4);
        expect([...new Set(ids)].sort()).toEqual(ids);
        expect([ids[0], ids[3]]).toEqual(['a', 'e']);
      }),
    );
  });

  it('is the same for the same seed, and every one of them for some seed', () => {
    expect(chooseFaults(phase, 5)).toEqual(chooseFaults(phase, 5));
    const seen = Array.from({ length: 50 }, (_, seed) =>
      chooseFaults(phase, seed)
        .faults.map(({ id }) => id)
        .join(''),
    );
    expect([...new Set(seen)].sort()).toEqual(['abce', 'abde', 'acde']);
  });

  it('is recorded, with what was not', () => {
    const { faults, choices } = chooseFaults(phase, 5);
    const [choice] = choices;
    expect(choices).toHaveLength(1);
    expect(choice?.of.map(({ fault }) => fault)).toEqual(['b', 'c', 'd']);
    const chosen = choice?.of.filter((one) => one.chosen).map(({ fault }) => fault) ?? [];
    expect(faults.map(({ id }) => id)).toEqual(['a', ...chosen, 'e']);
    expect(choice && choiceText(choice)).toBe(`choose#1: 2 of 3: ${chosen.join('; ')}`);
  });
});
