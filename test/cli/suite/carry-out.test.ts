import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { carryOut } from '../../../src/cli/suite/carry-out.ts';
import type { CarriedRun, Carrier } from '../../../src/cli/suite/carrier.ts';
import { loadMatrix } from '../../../src/cli/suite/matrix-folder.ts';
import type { Matrix } from '../../../src/matrix/matrix.ts';
import { matrixOf } from '../../matrix/matrices.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carry-out-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** It has been carried out by a worker, and has no report. */
const ENDED: CarriedRun = {
  ...{ timedOut: false, how: 'exit code 3', complaints: [], left: [] },
  worker: { id: 'w-7', host: 'build-3' },
};

/** @returns what is saved of a matrix on a queue */
async function carriedOut(carry: Carrier['carry'], budgetMs: number): Promise<Matrix> {
  await carryOut(folder, matrixOf(1), {
    carrier: { elsewhere: true, carry },
    ...{ budgetMs, runTimeoutMs: 60_000, signal: new AbortController().signal },
    unsaved: (thrown) => {
      throw thrown;
    },
    began: () => undefined,
    ended: () => undefined,
  });
  return loadMatrix(folder);
}

describe('a matrix on a queue', () => {
  it('notes which worker carried out a run', async () => {
    const { runs } = await carriedOut(() => Promise.resolve(ENDED), 60_000);
    expect(runs.map(({ result }) => result?.worker)).toEqual(runs.map(() => ENDED.worker));
  });

  it('takes back what no worker has begun when its time is up', async () => {
    const { runs, stopped } = await carriedOut(
      (_run, { withdraw }) =>
        new Promise((resolve) =>
          withdraw?.addEventListener('abort', () => resolve({ ...ENDED, withdrawn: true })),
        ),
      50,
    );
    expect(runs.map(({ result }) => result)).toEqual(runs.map(() => undefined));
    expect(stopped).toContain('was up');
  });
});
