import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { LinkControl } from '../../src/drivers/driver.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { majoritiesRing } from '../../src/faults/links/majorities-ring.ts';
import { until } from '../../src/support/deadline.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { bringUp, whole, type Environment } from './bring-up.ts';
import { proveFault } from './prove-fault.ts';

/** One cluster of so many nodes, and nothing in it. */
function cluster(size: number): EnvironmentSpec {
  const spec = dualMirrorSpec();
  const [first] = spec.clusters;
  const nodes = Array.from({ length: size }, (_, i) => `n${i + 1}`);
  return { ...spec, clusters: [{ ...first!, nodes }], links: [], streams: [], consumers: [] };
}

const start = (size: number): Promise<Environment> =>
  bringUp({ create: (ctx) => new ProcessDriver(ctx), spec: () => cluster(size) });

let env: Environment;
afterEach(() => env.takeDown());

describe('majorities-ring', () => {
  it.each([4, 5])('in a cluster of %i nodes', async (size) => {
    env = await start(size);
    for (const mode of ['reset', 'blackhole']) {
      await proveFault(env, majoritiesRing, { cluster: 'qa1a', mode });
    }
  });
});

describe('proxies that are stuck or gone', () => {
  const LINK = 'client~client~qa1a.n1';
  const passes = async (links: LinkControl): Promise<boolean> => {
    const { out, back } = await links.probe.passage(LINK, 2_000);
    return out && back;
  };

  it('makes a proxy anew when a toxic does not come off, with what other faults do there', async () => {
    env = await start(1);
    const links = env.driver.linkControl!;
    await links.inject([LINK], 'latency#1', { kind: 'latency', latencyMs: 30, jitterMs: 0 });
    await links.inject([LINK], 'reset-peer#1', { kind: 'reset-peer', afterMs: 60_000 });
    // Toxiproxy waits out that minute once data has flowed, and cannot be stopped in it.
    expect((await links.probe.greeting(LINK, 500)).end).toBe('silence');
    await links.release('reset-peer#1', [LINK]);
    expect(links.owners(LINK)).toEqual(['latency#1']);
    expect(await passes(links)).toBe(true);
    expect(await links.roundTrip(LINK)).toBeGreaterThan(55);
    await links.release('latency#1', [LINK]);
    await whole(env.driver);
  });

  it('fails a release within its deadlines while the proxies do not answer, and does it later', async () => {
    env = await start(1);
    const links = env.driver.linkControl!;
    await links.inject([LINK], 'partition#1', { kind: 'blackhole' });
    const pid = await toxiproxyOf(env);
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(links.release('partition#1', [LINK])).rejects.toThrow(
        /no answer within 2 s; take the environment down/,
      );
      expect(links.owners(LINK)).toEqual(['partition#1']);
      expect(await env.driver.missing()).toContainEqual(
        expect.stringContaining('the proxy process does not answer'),
      );
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await links.release('partition#1', [LINK]);
    await until(() => passes(links), { timeoutMs: 10_000, what: `${LINK} to pass again` });
    await whole(env.driver);
  });

  it('says that the proxy process is gone, and still takes everything down', async () => {
    env = await start(1);
    const links = env.driver.linkControl!;
    await links.flap([LINK], 'flap#1', 200);
    process.kill(await toxiproxyOf(env), 'SIGKILL');
    const gone = /the proxy process is gone \(ended by SIGKILL.*; take the environment down/;
    await until(
      async () => (await env.driver.missing()).some((text) => text.startsWith('the proxy process is gone')),
      { timeoutMs: 10_000, what: 'the loss of the proxies to be told' },
    );
    await expect(links.release('flap#1', [LINK])).rejects.toThrow(gone);
    await expect(links.inject([LINK], 'partition#1', { kind: 'cut' })).rejects.toThrow(gone);
  });
});

/** The process of a run that is started with the proxies' file. */
async function toxiproxyOf({ journal }: Environment): Promise<number> {
  const folder = journal.find(({ op }) => op === 'environment.reap')?.args.folder as string;
  for (const pid of processesNaming(folder)) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('toxiproxy.json')) return pid;
  }
  throw new Error('there is no Toxiproxy');
}
