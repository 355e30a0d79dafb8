import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { ACTION_CASES, type ActionCase } from './action-cases.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';

/** Those that act on workloads and on nothing outside the runner; `test/workloads` has their tests. */
const INSIDE = ['pause-workload', 'resume-workload'];
/** Those whose cases are in action-suite-disk.ts. */
const ON_DISKS = ['snapshot-storage', 'rollback-storage'];

/** What every action must do on a driver: take effect, and show it. */
export function actionSuite(name: string, subject: DriverUnderTest): void {
  describe(`actions on the ${name} driver`, () => {
    let env: Environment;

    beforeAll(async () => {
      env = await bringUp(subject);
    });

    afterAll(() => env.takeDown());

    it('has a case for every action', () => {
      const kinds = actions.map((action) => action.kind);
      expect([...INSIDE, ...ON_DISKS, ...new Set(ACTION_CASES.map(({ kind }) => kind))].sort()).toEqual(
        kinds.sort(),
      );
    });

    const begun = new Map<string, Promise<string | undefined>>();
    const perform = ({ kind, options }: ActionCase): Promise<string | undefined> =>
      begun.get(kind) ?? actions.find((action) => action.kind === kind)!.perform(env.ctx, options);
    const begin = (kind: string): void => {
      const work = perform(ACTION_CASES.find((one) => one.kind === kind)!);
      // What becomes of it is told by its own case.
      work.catch(() => undefined);
      begun.set(kind, work);
    };

    for (const one of ACTION_CASES) {
      it(`${one.kind} ${JSON.stringify(one.options)}: ${one.does}`, async () => {
        await one.before?.(env.ctx);
        if (one.refused) {
          await expect(perform(one)).rejects.toThrow(one.refused);
        } else {
          expect(await perform(one)).toMatch(one.evidence ?? /./);
          await one.after?.(env.ctx);
        }
        await whole(env.driver);
        if (one.begins !== undefined) begin(one.begins);
      });
    }
  });
}
