import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { drawRun } from '../../../src/cli/explore/draw-run.ts';
import { planSpace, templateOf } from '../../../src/cli/explore/space-plan.ts';
import type { SearchRun } from '../../../src/explore/saved.ts';

const SPACE = 'experiments/explore/one-zone.yaml';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

it('what is drawn of a run depends on the seed and its number, and not on which runs have ended by then', () => {
  const alone = drawer();
  const later = drawer();
  const first = endedRun(later.draw(1, []));
  const numbers = Array.from({ length: 12 }, (_, at) => at + 2);
  const mutated = numbers.filter((number) => {
    const [one, other] = [alone.draw(number, []), later.draw(number, [first])];
    expect(one.kind).toBe('drawn');
    if (other.kind === 'mutated') return true;
    expect(other.schedule, `run ${number}`).toEqual(one.schedule);
    expect(withoutNotes(other.path)).toBe(withoutNotes(one.path));
    return false;
  });
  expect(mutated.length).toBeGreaterThan(2);
  expect(mutated.length).toBeLessThan(numbers.length - 2);
});

function drawer() {
  const folder = mkdtempSync(join(tmpdir(), 'draw-run-'));
  folders.push(folder);
  const { loaded } = planSpace(SPACE, { elsewhere: true });
  const ctx = {
    template: templateOf(loaded, undefined),
    ...{ name: 'one-zone', file: SPACE, seed: 7, folder, driver: undefined, elsewhere: true },
  };
  return { draw: (number: number, runs: SearchRun[]) => drawRun(ctx, number, runs) };
}

function endedRun({ number, seed, kind, path }: ReturnType<typeof drawRun>): SearchRun {
  return {
    ...{ number, seed, kind, kinds: [], settings: [], file: path, verdict: 'pass', headline: '' },
    ...{ startedAt: '', ms: 0, scheduleMs: 0, novel: ['a leader changed'], signatures: [] },
  };
}

function withoutNotes(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^#.*\n/gm, '');
}
