import { expect, it } from 'vitest';
import { pairOf } from '../../../src/cli/reduce/pair-files.ts';
import { fixtureRun } from '../../report/fixture.ts';

it('a run of a search is reduced to an experiment whose claim names no seed', () => {
  expect(claimOf('Nothing is lost (seed 135342755)')).toBe('Nothing is lost');
  expect(claimOf('Nothing is lost (seeds 1)')).toBe('Nothing is lost (seeds 1)');
});

/** That of the experiment that a run with this title is reduced to. */
function claimOf(title: string): unknown {
  const run = fixtureRun();
  const experiment = { ...run.experiment, source: `name: x-0017\ntitle: ${title}\nenvironment: z\n` };
  return pairOf({ ...run, experiment }, 'run 17').experiment['title'];
}
