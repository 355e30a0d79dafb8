import { expect, it } from 'vitest';
import { rollingUpdate } from '../../src/actions/services/rolling-update.ts';
import { scale } from '../../src/actions/services/scale.ts';
import { isolate } from '../../src/faults/links/isolate.ts';
import { proveFault, undo } from './prove-fault.ts';
import { whole, type Environment } from './bring-up.ts';

const WITHIN = 60_000;

/**
 * Cases on a service of two replicas that has places for four.
 *
 * @param said what a replica makes of its variable NUMBER
 */
export function serviceActions(
  env: () => Environment,
  service: string,
  said: (replica: string) => Promise<string | null>,
): void {
  const addresses = (): string[] =>
    (env().driver.services?.list() ?? []).flatMap((one) => (one.service === service ? [one.address] : []));
  const all = (count: number): string[] => Array.from({ length: count }, (_, i) => `${service}/${i + 1}`);
  const perform = (replicas: number): Promise<string | undefined> =>
    scale.perform(env().ctx, { kind: 'scale', service, replicas, within: WITHIN });

  it('scale up: the new replicas are healthy, and are struck like the others', async () => {
    const { driver } = env();
    expect(await perform(4)).toMatch(new RegExp(`^2 of ${service} ran before; 4 are healthy now`));
    expect(addresses()).toEqual(all(4));
    expect(await driver.missing()).toEqual([]);
    await proveFault(env(), isolate, {
      kind: 'isolate',
      nodes: `${service}/4`,
      clients: false,
      mode: 'reset',
    });
    await expect(perform(4)).rejects.toThrow(`${service} has 4 already: nothing would change`);
    await expect(perform(5)).rejects.toThrow('has places for 4 replicas, not for 5');
  });

  it('scale down, and back by what it leaves to be undone', async () => {
    const { driver, undos } = env();
    expect(await perform(1)).toMatch(/1 are healthy now .*; .*\/2, .*\/3, .*\/4 ended$/);
    expect(addresses()).toEqual(all(1));
    expect(await driver.missing()).toEqual([]);
    const ends = (await driver.exits()).filter(({ node }) => node === `${service}/4`);
    expect(ends.map(({ asked }) => asked)).toEqual(['stop']);
    // Each of them, for doing it again is harmless.
    await undo(driver, undos);
    expect(addresses()).toEqual(all(2));
    expect(await driver.services?.healthy(`${service}/2`)).toBe(true);
    await whole(driver);
  });

  it('rolling-update: each replica is another process, with what was given to it', async () => {
    const { driver, ctx } = env();
    const before = await Promise.all(
      all(2).map(async (one) => (await driver.processes?.incarnation(one)) ?? null),
    );
    const evidence = await rollingUpdate.perform(ctx, {
      kind: 'rolling-update',
      service,
      env: { NUMBER: 'second-${replica}' },
      within: WITHIN,
    });
    expect(evidence).toBe(
      `${all(2).join(', ')}: each is a new process with another NUMBER, and was healthy before the next was stopped`,
    );
    const now = await Promise.all(
      all(2).map(async (one) => (await driver.processes?.incarnation(one)) ?? null),
    );
    for (const [i, one] of now.entries()) expect(one).not.toBe(before[i]);
    expect(await Promise.all(all(2).map(said))).toEqual(['second-1', 'second-2']);
    await whole(driver);
  });
}
