import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotateCertificates } from '../../src/actions/nodes/rotate-certificates.ts';
import type { Certificates } from '../../src/drivers/driver.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { faults } from '../../src/faults/index.ts';
import { tryConnect, type TriedClient } from '../../src/nats/try-connect.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { bringUp, type DriverUnderTest, type Environment } from './bring-up.ts';
import { proveFault } from './prove-fault.ts';

const HONEST: TriedClient = { tls: true, certificate: true, login: 'right' };
const apart = (one: string, other: string) => ({
  between: [one, other],
  direction: 'both',
  mode: 'reset',
});
/** Cuts and delays of links whose listeners speak TLS first, or after a greeting. */
const LINK_CASES: [string, Record<string, unknown>][] = [
  ['partition', apart('qa1a', 'qa1b')],
  ['partition', apart('qa1a/js1-qa1a', 'qa1a/js2-qa1a')],
  ['partition', { ...apart('clients', 'qa1a'), mode: 'blackhole' }],
  ['latency', { between: ['qa1a', 'qa1b'], direction: 'both', latency: 40, jitter: 0 }],
  ['latency', { between: ['qa1a/js1-qa1a', 'qa1a/js3-qa1a'], direction: 'both', latency: 40, jitter: 0 }],
  ['latency', { between: ['clients', 'qa1a/js1-qa1a'], direction: 'both', latency: 40, jitter: 0 }],
];

/** What every driver must do with servers that require TLS. */
export function tlsSuite(name: string, create: DriverUnderTest['create']): void {
  describe(`${name} driver with TLS`, () => {
    let env: Environment;
    const spec = (): EnvironmentSpec => {
      const base = dualMirrorSpec();
      const clusters = base.clusters.map((cluster) =>
        cluster.name === 'qa1b' ? { ...cluster, tls: { clients: { verify: false } } } : cluster,
      );
      const tls = { clients: { verify: true }, routes: true as const, leafnodes: { verify: true } };
      return { ...base, clusters, tls };
    };

    beforeAll(async () => {
      env = await bringUp({ create, spec });
    });

    afterAll(async () => {
      const { caFile = '', keyFile = '' } = env.driver.access('APP', 'qa1a').tls ?? {};
      expect(existsSync(caFile) && existsSync(keyFile)).toBe(true);
      await env.takeDown();
      expect(existsSync(caFile) || existsSync(keyFile)).toBe(false);
    });

    const control = (): Certificates => env.driver.certificates!;
    const admissions = (client: TriedClient, cluster = 'qa1a'): Promise<string[]> =>
      Promise.all(
        env.driver
          .clientServers(cluster)
          .map(async ({ server }) => tryConnect(server, env.driver.access('APP', cluster), client, 5_000)),
      );

    it('accepts clients with a certificate, and refuses those without one or without TLS', async () => {
      const all = (word: string): string[] => [word, word, word];
      expect(await admissions(HONEST)).toEqual(all('accepted'));
      expect(await admissions({ ...HONEST, certificate: false })).toEqual(all('refused'));
      expect(await admissions({ ...HONEST, tls: false })).toEqual(all('refused'));
      expect(await admissions({ ...HONEST, login: 'wrong' })).toEqual(all('refused'));
      expect(await admissions({ ...HONEST, login: 'none' })).toEqual(all('refused'));
    });

    it('asks no certificate of clients in a cluster that says so, but TLS', async () => {
      const all = (word: string): string[] => [word, word, word];
      expect(await admissions({ ...HONEST, certificate: false }, 'qa1b')).toEqual(all('accepted'));
      expect(await admissions({ ...HONEST, tls: false }, 'qa1b')).toEqual(all('refused'));
    });

    it('gives each server a certificate of its own, which clients accept', async () => {
      const seen = await Promise.all(env.ctx.nodes.map(({ address }) => control().presented(address)));
      expect(seen.map((one) => one?.objection)).toEqual(seen.map(() => null));
      expect(new Set(seen.map((one) => one?.serial)).size).toBe(seen.length);
    });

    it.each(['expired', 'wrong-host', 'unknown-authority'])(
      'certificate %s: proven, undone, proven clean, undone again',
      async (flaw) => {
        const fault = faults.find(({ kind }) => kind === 'certificate')!;
        await proveFault(env, fault, { nodes: ['qa1a/js1-qa1a', 'qa1b@any'], flaw });
      },
    );

    it.each(LINK_CASES)('%s %j through TLS: proven, undone, proven clean', async (kind, options) => {
      await proveFault(
        env,
        faults.find((one) => one.kind === kind)!,
        options,
      );
    });

    it('rotates the certificates of all servers to a new authority, and clients go on to be accepted', async () => {
      const rotate = (options: object): Promise<string | undefined> =>
        rotateCertificates.perform(env.ctx, {
          kind: 'rotate-certificates',
          within: 30_000,
          ...options,
        } as never);
      expect(await rotate({ cluster: 'qa1a', authority: 'same' })).toMatch(/which clients accept$/);
      expect(await rotate({ cluster: 'qa1a', authority: 'new' })).toMatch(
        /the old authority is still trusted, because of qa1b\/js1-qa1b, qa1b\/js2-qa1b, qa1b\/js3-qa1b$/,
      );
      const nodes = env.ctx.nodes.map(({ address }) => address);
      expect(await rotate({ nodes, authority: 'new' })).toMatch(/only the new authority is trusted now$/);
      expect(new Set(await admissions(HONEST))).toEqual(new Set(['accepted']));
      expect(await env.driver.missing()).toEqual([]);
    });
  });
}
