import { describe, expect, it } from 'vitest';
import { checkers } from '../../src/checkers/index.ts';
import { DRAIN_OUTCOMES } from '../../src/history/events.ts';
import { experimentSchema } from '../../src/experiment/schema/experiment.ts';
import { STATE_CONDITIONS, VALUE_CONDITIONS } from '../../src/probes/condition.ts';
import { probes } from '../../src/probes/index.ts';
import { RULES } from '../../src/verdict/rules.ts';
import { tableUnder } from './page.ts';

const names = (heading: string, column: string): string[] => [...tableUnder(heading, column).keys()];

describe('docs/verdicts.md has a row for every', () => {
  it('rule, in the order of the code', () => {
    const rows = names('The rules', 'Rule');
    const known = RULES.map(({ name }) => name);
    expect(rows).toEqual(expect.arrayContaining(known));
    expect(rows.filter((row) => known.includes(row))).toEqual(known);
  });

  it('check', () => {
    expect(names('Checks', 'Check').sort()).toEqual(checkers.map(({ kind }) => kind).sort());
  });

  it('probe', () => {
    expect(names('Probes', 'Probe')).toEqual(probes.map(({ kind }) => kind));
  });

  it('condition', () => {
    const known = [...VALUE_CONDITIONS, ...STATE_CONDITIONS, 'within', 'after'];
    expect(names('Conditions', 'Condition').sort()).toEqual(known.sort());
  });

  it('threshold', () => {
    expect(names('Thresholds', 'Threshold')).toEqual(expect.arrayContaining(thresholdMetrics()));
  });

  it('way in which a drain can end for a consumer', () => {
    expect(names('A loss, and what is none', 'Outcome')).toEqual([...DRAIN_OUTCOMES]);
  });
});

/** What the language lets a threshold measure. */
function thresholdMetrics(): string[] {
  const found: string[] = [];
  JSON.stringify(experimentSchema.properties.thresholds, (key, value: unknown) => {
    if (key === 'metric') found.push((value as { const: string }).const);
    return value;
  });
  expect(found.length).toBeGreaterThanOrEqual(3);
  return found;
}
