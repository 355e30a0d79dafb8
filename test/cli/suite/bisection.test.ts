import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { carryOutBisection } from '../../../src/cli/suite/bisection.ts';
import type { Carrier, RunDescription } from '../../../src/cli/suite/carrier.ts';
import {
  loadMatrix,
  newMatrixFolder,
  saveMatrix,
  unfinishedMatrix,
} from '../../../src/cli/suite/matrix-folder.ts';
import { progressLines } from '../../../src/cli/suite/progress-lines.ts';
import { newBisection } from '../../../src/matrix/bisect.ts';
import { slotsOf, type Matrix } from '../../../src/matrix/matrix.ts';
import { renderJson } from '../../../src/report/json.ts';
import { outcomeOf } from '../../../src/matrix/cells.ts';
import { run } from '../../compare/runs.ts';
import { natsServer, newWorld, platformFolder, type World } from '../../drivers/binaries/world.ts';
import { matrixOf } from '../../matrix/matrices.ts';

const RELEASES = ['2.10.20', '2.10.21', '2.10.22', '2.10.23', '2.10.24', '2.11.0', '2.12.1', '2.12.15'];
const RANGE = '2.10.20..2.12';

let world: World;
let folder: string;
let carried: RunDescription[];
beforeEach(async () => {
  world = await newWorld();
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  folder = newMatrixFolder(join(world.folder, 'matrices'), new Date());
  carried = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await world.dispose();
});

/** Puts every release on the machine but these. */
async function installAllBut(...without: string[]): Promise<void> {
  for (const version of RELEASES.filter((one) => !without.includes(one)))
    await world.install(platformFolder('cache'), `nats-server-${version}`, natsServer(version));
}

/** Runs that fail below 2.10.23, as reports say it. */
function carrier(ended: (done: RunDescription) => void = () => undefined): Carrier {
  return {
    elsewhere: true,
    carry(description) {
      carried.push(description);
      const { nats: version = '', seed, out, id } = description;
      const { saved: made } = run(version, 1_000);
      const verdict = version < '2.10.23' ? 'fail' : 'pass';
      const at = join(out, `run-${id}`);
      mkdirSync(at, { recursive: true });
      const experiment = { ...made.experiment, name: 'cut' };
      const expected = { verdict: 'pass' as const, seen: verdict } as const;
      writeFileSync(join(at, 'report.json'), renderJson({ ...made, experiment, seed, verdict, expected }));
      ended(description);
      const result = { type: 'result', verdict, headline: verdict, folder: at } as never;
      return Promise.resolve({ timedOut: false, how: 'exit code 0', complaints: [], left: [], result });
    },
  };
}

function search(repeat = 3): Matrix {
  const whole = matrixOf(repeat);
  const [experiment] = whole.experiments;
  const [oldest = ''] = RELEASES;
  const columns = [{ name: oldest, asked: [oldest], nats: oldest }];
  return {
    ...whole,
    asked: { ...whole.asked, nats: [oldest], bisect: RANGE },
    experiments: [experiment!],
    columns,
    runs: slotsOf([experiment!], columns, repeat, 7),
    bisection: newBisection(RANGE, RELEASES),
  };
}

/** Carries out, or goes on with, a search. */
async function searched(
  matrix: Matrix,
  over: { carrier?: Carrier; signal?: AbortSignal; budgetMs?: number } = {},
) {
  const noted: string[] = [];
  await carryOutBisection(folder, matrix, matrix.bisection!, {
    carrier: carrier(),
    signal: new AbortController().signal,
    runTimeoutMs: 60_000,
    unsaved: (thrown) => {
      throw thrown;
    },
    began: () => undefined,
    ended: () => undefined,
    noted: (line) => noted.push(line),
    ...over,
  });
  return noted;
}

it('adds a column for each release that it looks at, in their order, and finds the first that differs', async () => {
  const matrix = search();
  expect(await searched(matrix)).toEqual([
    '2.10.20 fails (3 of 3 runs)',
    '2.12.15 holds (3 runs)',
    '2.10.24 holds (3 runs)',
    '2.10.22 fails (3 of 3 runs)',
    '2.10.23 holds (3 runs)',
  ]);
  expect(matrix.bisection).toMatchObject({ first: '2.10.23', last: '2.10.22' });
  expect(matrix.bisection).not.toHaveProperty('going');
  expect(matrix.columns.map(({ name }) => name)).toEqual(matrix.asked.nats);
  expect(matrix.asked.nats).toEqual(['2.10.20', '2.10.22', '2.10.23', '2.10.24', '2.12.15']);
  expect(outcomeOf(matrix)).toMatchObject({ verdict: 'pass', missing: 0 });
  saveMatrix(folder, matrix);
  expect(() => unfinishedMatrix(folder)).toThrow('of which runs are missing');
});

it('counts the runs that are known so far', () => {
  const matrix = search(1);
  const lines: string[] = [];
  const { began, ended } = progressLines(matrix, (line) => lines.push(line));
  began(matrix.runs[0]!, 1);
  matrix.runs.push({ ...matrix.runs[0]!, column: '2.12.15' });
  began(matrix.runs[1]!, 2);
  ended(matrix.runs[1]!, null);
  expect(lines.map((line) => line.slice(0, 5))).toEqual(['[1/1]', '[2/2]', '[2/2]']);
});

it('is interrupted, and goes on where it was', async () => {
  const interruption = new AbortController();
  const interrupted = carrier(() => {
    if (carried.length === 4) interruption.abort('SIGINT');
  });
  const matrix = search();
  await searched(matrix, { carrier: interrupted, signal: interruption.signal });
  expect(carried).toHaveLength(4);
  expect(matrix.interrupted).toBe('SIGINT');
  expect(matrix.bisection).toMatchObject({ going: true, first: null });

  expect(unfinishedMatrix(folder)).toBe(folder);
  const resumed = loadMatrix(folder);
  await searched(resumed);
  expect(resumed.bisection).toMatchObject({ first: '2.10.23', last: '2.10.22' });
  // Nothing was carried out twice.
  expect(new Set(carried.map(({ nats, seed }) => `${nats} ${seed}`)).size).toBe(15);
  expect(carried).toHaveLength(15);
});

it('goes on after an interruption between two releases, when no run is missing', async () => {
  const interruption = new AbortController();
  const atTheEnd = carrier(() => {
    if (carried.length === 3) interruption.abort('SIGINT');
  });
  const matrix = search();
  await searched(matrix, { carrier: atTheEnd, signal: interruption.signal });
  expect(loadMatrix(folder).bisection).toMatchObject({ going: true });
  expect(unfinishedMatrix(folder)).toBe(folder);
});

it('has one budget for all releases', async () => {
  const matrix = search(1);
  await searched(matrix, { budgetMs: 0 });
  expect(carried).toEqual([]);
  const slow = carrier();
  const carry: Carrier['carry'] = async (...args) => {
    await new Promise((done) => setTimeout(done, 30));
    return slow.carry(...args);
  };
  const other = search(1);
  await searched(other, { carrier: { elsewhere: true, carry }, budgetMs: 50 });
  expect(carried.length).toBeLessThan(5);
  expect(other).toMatchObject({ stopped: 'the time of 50 ms was up', bisection: { going: true } });
});

it('passes over a release that cannot be had, and begins no run of it', async () => {
  await installAllBut('2.10.20', '2.10.24');
  const matrix = search();
  const here: Carrier = { ...carrier(), elsewhere: false };
  await searched(matrix, { carrier: here });
  expect(matrix.bisection).toMatchObject({ first: '2.10.23', last: '2.10.22', unclear: [] });
  expect(carried.map(({ nats }) => nats)).not.toContain('2.10.24');
  const lost = matrix.runs.filter(({ column }) => column === '2.10.20');
  expect(lost.map(({ result }) => result?.verdict)).toEqual(['error', 'error', 'error']);
  expect(lost[0]?.result?.headline).toContain('2.10.20');
  expect(outcomeOf(matrix).verdict).toBe('pass');
});
