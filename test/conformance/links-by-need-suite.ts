import { afterEach, describe, expect, it } from 'vitest';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { faults } from '../../src/faults/index.ts';
import { controlledLinks } from '../../src/plan/controlled-links.ts';
import { sleep } from '../../src/support/deadline.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { superClusterSpec } from '../support/super-cluster-spec.ts';
import { bringUp, whole, type DriverUnderTest, type Environment } from './bring-up.ts';
import { fill } from './driver-suite.ts';
import { proveFault, undo } from './prove-fault.ts';

interface Case {
  kind: string;
  options: Record<string, unknown>;
}

/** What every driver must do when only those links go through proxies that a fault can touch. */
export function linksByNeedSuite(name: string, create: DriverUnderTest['create']): void {
  describe(`${name} driver, links by need`, () => {
    let env: Environment;
    afterEach(() => env.takeDown());

    const start = async (spec: EnvironmentSpec, cases: readonly Case[]): Promise<void> => {
      env = await bringUp({ create, spec: () => ({ ...spec, proxied: neededBy(spec, name, cases) }) });
      expect(await env.driver.missing()).toEqual([]);
      expect(await env.driver.bypasses()).toEqual([]);
    };
    const faultOf = (kind: string) => faults.find((one) => one.kind === kind)!;
    const counts = (): { direct: number; proxied: number } => {
      const direct = env.driver.links().filter((link) => link.direct === true).length;
      return { direct, proxied: env.driver.links().length - direct };
    };

    it('runs without any Toxiproxy where no fault touches a link', async () => {
      await start(dualMirrorSpec(), [{ kind: 'kill', options: { nodes: 'qa1a/qa@leader' } }]);
      const { driver } = env;
      expect(counts()).toEqual({ direct: 21, proxied: 0 });
      expect(driver.versions()).not.toHaveProperty('toxiproxy');
      expect(await driver.harnessProblem()).toBeNull();
      // Clients get in, and a node that was killed finds its peers again.
      await fill(env);
      await proveFault(env, faultOf('kill'), { nodes: 'qa1a@minority' });
      const [link] = driver.links();
      await expect(driver.linkControl?.inject([link!.id], 'f#1', { kind: 'cut' })).rejects.toThrow(
        /there is no proxy for the link/,
      );
    });

    it('parts two zones and leaves what is inside of each alone', async () => {
      const options = { between: ['qa1a', 'qa1b'], direction: 'both', mode: 'reset' };
      await start(dualMirrorSpec(), [{ kind: 'partition', options }]);
      expect(counts()).toEqual({ direct: 12, proxied: 9 });
      await proveFault(env, faultOf('partition'), options);
      await proveFault(env, faultOf('partition'), { ...options, mode: 'blackhole' });
      await proveFault(env, faultOf('latency'), { ...options, latency: 40, jitter: 5 });
    });

    it('keeps two nodes apart also when a third is connected with both of them directly', async () => {
      const options = { between: ['qa1a/js1-qa1a', 'qa1a/js2-qa1a'], direction: 'both', mode: 'reset' };
      await start(oneZoneSpec(), [{ kind: 'partition', options }]);
      expect(counts()).toEqual({ direct: 5, proxied: 1 });
      const { driver, ctx } = env;
      const partition = faultOf('partition');
      const own = { ...ctx, fault: 'partition#1' };
      const target = await partition.resolve(own, options);
      await partition.inject(own, target, options);
      // Servers pass on what they know of their peers when a route comes up, and dial every second.
      await driver.processes?.kill('qa1a/js3-qa1a');
      await driver.processes?.start('qa1a/js3-qa1a');
      for (let second = 0; second < 5; second += 1) {
        await sleep(1_000);
        const peers = (await driver.observer().routes('qa1a/js1-qa1a')).map((peer) => peer.name);
        expect(peers).not.toContain('js2-qa1a');
        expect(await driver.bypasses()).toEqual([]);
      }
      await undo(driver, partition.undo(target, options, { driver: driver.kind, fault: own.fault }));
      await whole(driver);
    });

    it('has all gateways of a super-cluster under control when a fault can touch one', async () => {
      const options = { nodes: 'qa1a/js2-qa1a', clients: false, mode: 'reset' };
      await start(superClusterSpec(), [{ kind: 'isolate', options }]);
      // Of the routes, the two of the node.
      expect(counts()).toEqual({ direct: 10, proxied: 20 });
      await proveFault(env, faultOf('isolate'), options);
    });
  });
}

function neededBy(spec: EnvironmentSpec, driver: string, cases: readonly Case[]): string[] {
  const plans = cases.map(({ kind, options }, i) => ({
    id: `${kind}#${i + 1}`,
    kind,
    title: kind,
    keep: false,
    onConflict: 'end' as const,
    options,
  }));
  const phases = [{ name: 'p', faults: plans, actions: [], expectations: [] }];
  return controlledLinks({ spec, driver, phases }).proxied.map(({ link }) => link);
}
