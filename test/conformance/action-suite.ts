import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { actions } from '../../src/actions/index.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { systemClock } from '../../src/support/clock.ts';
import { until } from '../../src/support/deadline.ts';
import { newRunId } from '../../src/support/ids.ts';
import { seededRandom } from '../../src/support/random.ts';
import { ACTION_CASES, type ActionCase } from './action-cases.ts';
import type { DriverUnderTest } from './driver-suite.ts';

/** Those that act on workloads and on nothing outside the runner; `test/workloads` has their tests. */
const INSIDE = ['pause-workload', 'resume-workload'];
/** Those whose cases are in action-suite-disk.ts. */
const ON_DISKS = ['snapshot-storage', 'rollback-storage'];

/** What every action must do on a driver: take effect, and show it. */
export function actionSuite(name: string, subject: DriverUnderTest): void {
  describe(`actions on the ${name} driver`, () => {
    let driver: Driver;
    let logFolder: string;
    let ctx: ActionContext;

    beforeAll(async () => {
      logFolder = mkdtempSync(join(tmpdir(), 'action-suite-'));
      const signal = new AbortController().signal;
      driver = subject.create({
        runId: newRunId(),
        logFolder,
        clock: systemClock,
        signal,
        freePorts: false,
        progress: () => undefined,
        journal: () => undefined,
      });
      const spec = subject.spec();
      await driver.start(spec);
      ctx = {
        driver,
        spec,
        nodes: driver.nodes(),
        links: driver.links(),
        observer: driver.observer(),
        random: seededRandom(7),
        signal,
        workload: (workload) => {
          throw new Error(`there is no workload ${workload}`);
        },
      };
    });

    afterAll(async () => {
      expect(await driver.dispose()).toEqual([]);
      rmSync(logFolder, { recursive: true });
    });

    it('has a case for every action', () => {
      const kinds = actions.map((action) => action.kind);
      expect([...INSIDE, ...ON_DISKS, ...new Set(ACTION_CASES.map(({ kind }) => kind))].sort()).toEqual(
        kinds.sort(),
      );
    });

    const perform = ({ kind, options }: ActionCase): Promise<string | undefined> =>
      actions.find((action) => action.kind === kind)!.perform(ctx, options);

    for (const one of ACTION_CASES) {
      it(`${one.kind} ${JSON.stringify(one.options)}: ${one.does}`, async () => {
        await one.before?.(ctx);
        if (one.refused) {
          await expect(perform(one)).rejects.toThrow(one.refused);
        } else {
          expect(await perform(one)).toMatch(one.evidence ?? /./);
          await one.after?.(ctx);
        }
        await until(async () => (await driver.missing()).length === 0, {
          timeoutMs: 60_000,
          what: 'the topology to be whole',
        });
      });
    }
  });
}
