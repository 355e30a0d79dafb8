import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { ACTION_CASES, type ActionCase } from './action-cases.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';

/** Those that act on workloads and on nothing outside the runner; `test/workloads` has their tests. */
const INSIDE = ['pause-workload', 'resume-workload'];
/** Those whose cases are in action-suite-disk.ts. */
const ON_DISKS = ['snapshot-storage', 'rollback-storage'];
/** Those on services, in service-actions.ts. */
const ON_SERVICES = ['scale', 'rolling-update'];
/** Needs servers with TLS, in tls-suite.ts. */
const ON_TLS = ['rotate-certificates'];

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
      expect(
        [
          ...INSIDE,
          ...ON_DISKS,
          ...ON_SERVICES,
          ...ON_TLS,
          ...new Set(ACTION_CASES.map(({ kind }) => kind)),
        ].sort(),
      ).toEqual(kinds.sort());
    });

    const begun = new Map<string, Promise<string | undefined>>();
    const perform = ({ kind, options }: ActionCase): Promise<string | undefined> =>
      begun.get(kind) ?? actions.find((action) => action.kind === kind)!.perform(env.ctx, options);
    const begin = (kind: string): void => {
      const work = perform(ACTION_CASES.find((one) => one.kind === kind)!);
      // Its own case checks the result.
      work.catch(() => undefined);
      begun.set(kind, work);
    };

    for (const one of ACTION_CASES) {
      const needsOthers = one.kind === 'upgrade' || one.upgraded === true;
      const itCan = needsOthers && isLeftOut('upgrades') ? it.skip : it;
      itCan(`${one.kind} ${JSON.stringify(one.options)}: ${one.does}`, async () => {
        await one.before?.(env.ctx);
        if (one.refused) {
          await expect(perform(one)).rejects.toThrow(one.refused);
        } else {
          expect(await perform(one)).toMatch(one.evidence ?? /./);
          await one.after?.(env.ctx);
        }
        if (one.change) expect(env.changes.at(-1)).toMatchObject(one.change);
        if (one.leavesIncomplete !== true) await whole(env.driver);
        if (one.begins !== undefined) begin(one.begins);
      });
    }
  });
}
