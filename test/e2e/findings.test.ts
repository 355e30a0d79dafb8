import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineLacks } from '../support/machine-lacks.ts';
import { Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.remove());

describe('the findings that ship are found, and nothing else is', () => {
  it.each([['rollback-loses-acknowledged', 'no-loss']])('%s', async (name, check) => {
    const file = resolve('experiments/findings', `${name}.yaml`);
    const { code, report, story } = await bench.run(file, '--free-ports').ends();
    expect(report.verdict, story).toBe('pass');
    expect(report.headline).toMatch(/^Failed, as expected/);
    expect(code).toBe(0);
    expect(report.reasons.map(({ verdict }) => verdict)).toEqual(['fail']);
    expect(report.reasons[0]?.text).toContain(check);
    expect(await bench.leftovers()).toEqual([]);
  });
});

describe.skipIf(machineLacks('what a loss of power does', ['power']))('what a loss of power does', () => {
  it.each([
    ['power-failure-loses-acknowledged', /^Failed, as expected/],
    ['power-failure-sync-always', /^The steady state held before and after/],
  ])('%s', async (name, headline) => {
    const file = resolve('experiments/findings', `${name}.yaml`);
    const { code, report, story } = await bench.run(file, '--free-ports').ends();
    expect(report.verdict, story).toBe('pass');
    expect(report.headline).toMatch(headline);
    expect(code).toBe(0);
    expect(report.faults[0]?.removed?.proven).toBe(true);
    expect(await bench.leftovers()).toEqual([]);
  });
});
