import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyLink } from '../../src/drivers/every-link.ts';
import type { EnvironmentSpec, LinkSpec } from '../../src/drivers/spec.ts';
import type { DeclaredSystem, FaultContext, FaultTarget } from '../../src/faults/fault.ts';
import { faults } from '../../src/faults/index.ts';
import { seededRandom } from '../../src/support/random.ts';
import { FAULT_CASES } from '../conformance/fault-cases.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { superClusterSpec } from '../support/super-cluster-spec.ts';

function systemOf({ clusters, links }: Pick<EnvironmentSpec, 'clusters' | 'links'>): DeclaredSystem {
  const nodes = clusters.flatMap(({ name: cluster, nodes }) =>
    nodes.map((name) => ({ address: `${cluster}/${name}`, cluster, name })),
  );
  return { nodes, links: everyLink({ clusters, links }) };
}

function touched(kind: string, options: Record<string, unknown>, system: DeclaredSystem): string[] {
  const fault = faults.find((one) => one.kind === kind)!;
  return fault.mayTouch?.(system, options) ?? [];
}

/** `a1–b1`: ids without the names of clusters. */
const short = (ids: readonly string[]): string[] =>
  ids.map((id) => {
    const [kind, from = '', to = ''] = id.split('~');
    const name = (end: string): string => (end.split('.')[1] ?? end).split('-')[0]!;
    return `${kind} ${name(from)}–${name(to)}`;
  });

describe('the links that a fault may touch, of two zones of three nodes', () => {
  const system = systemOf(dualMirrorSpec());
  const ids = (kind: string, cluster: string): string[] =>
    system.links.filter((one) => one.kind === kind && one.to.startsWith(`${cluster}/`)).map(({ id }) => id);
  const leafnodes = ids('leafnode', 'qa1a');
  const routes = ids('route', 'qa1a');

  it.each([
    'partition',
    'flap',
    'latency',
    'bandwidth',
    'slow-close',
    'slicer',
    'limit-data',
    'reset-peer',
    'packet-loss',
  ])('%s: those that join its two sides, and no others', (kind) => {
    expect(touched(kind, { between: ['qa1a', 'qa1b'] }, system)).toEqual(leafnodes);
    const pair = { between: ['qa1a/js1-qa1a', 'qa1a/js2-qa1a'] };
    expect(short(touched(kind, pair, system))).toEqual(['route js2–js1']);
    expect(touched(kind, { between: ['clients', 'qa1a'] }, system)).toEqual(ids('client', 'qa1a'));
    const mixed = { between: [['js1-qa1a', 'clients'], 'qa1a/js3-qa1a'] };
    expect(short(touched(kind, mixed, system))).toEqual(['route js3–js1', 'client client–js3']);
  });

  it('isolate: those around its nodes, and none between them', () => {
    const isolate = (nodes: string | string[], clients = false): string[] =>
      touched('isolate', { nodes, clients }, system);
    const one = short(isolate('qa1a/js1-qa1a'));
    expect(one).toEqual([
      'route js2–js1',
      'route js3–js1',
      'leafnode js1–js1',
      'leafnode js2–js1',
      'leafnode js3–js1',
    ]);
    expect(short(isolate('qa1a/js1-qa1a', true))).toEqual([...one, 'client client–js1']);
    expect(short(isolate(['qa1a/js1-qa1a', 'qa1a/js2-qa1a']))).not.toContain('route js2–js1');
    expect(isolate('qa1a@all')).toEqual(leafnodes);
    expect(isolate('qa1a@100%')).toEqual(leafnodes);
  });

  it.each([
    'qa1a/qa@leader',
    'qa1a/qa@follower',
    'qa1a/qa/c@leader',
    'qa1a@meta-leader',
    'qa1a@any',
    'qa1a@minority',
    'qa1a@majority',
    'qa1a@50%',
  ])('isolate %s: those around every node that could be drawn', (nodes) => {
    expect(touched('isolate', { nodes, clients: false }, system)).toEqual([...routes, ...leafnodes]);
    expect(touched('isolate', { nodes, clients: true }, system)).toEqual([
      ...routes,
      ...leafnodes,
      ...ids('client', 'qa1a'),
    ]);
  });

  it('isolate @meta-leader in a super-cluster: it may be a node of any of its clusters', () => {
    const joined = systemOf(superClusterSpec());
    const all = joined.links.filter(({ kind }) => kind !== 'client').map(({ id }) => id);
    expect(touched('isolate', { nodes: 'qa1a@meta-leader', clients: false }, joined)).toEqual(all);
  });

  it('bridge: the routes of its cluster, but those of a node in the middle that is named', () => {
    expect(touched('bridge', { cluster: 'qa1a' }, system)).toEqual(routes);
    const over = 'qa1a/js2-qa1a';
    expect(short(touched('bridge', { cluster: 'qa1a', over }, system))).toEqual(['route js3–js1']);
  });

  it('majorities-ring: the routes of its cluster', () => {
    expect(touched('majorities-ring', { cluster: 'qa1a' }, system)).toEqual(routes);
  });

  it('any other fault: none', () => {
    const others = faults.filter((fault) => fault.mayTouch === undefined).map(({ kind }) => kind);
    expect(others).toEqual(expect.arrayContaining(['kill', 'pause', 'truncate', 'fill-disk', 'cpu-limit']));
    for (const kind of others)
      for (const options of FAULT_CASES[kind] ?? []) expect(touched(kind, options, system)).toEqual([]);
  });
});

describe('no fault ever touches a link that it has not named', () => {
  const clusters = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }).map((sizes) =>
    sizes.map((size, i) => ({
      name: `c${i}`,
      nodes: Array.from({ length: size }, (_, n) => `n${i}${n}`),
      ports: {},
      jetstream: {},
      serverConfig: {},
    })),
  );
  const environment = fc.record({ clusters, gateways: fc.boolean() }).map(({ clusters, gateways }) => {
    const pairs = clusters.flatMap((one, i) => clusters.slice(i + 1).map((other) => [one.name, other.name]));
    const links = pairs.map(([one = '', other = '']): LinkSpec =>
      gateways
        ? { kind: 'gateway', between: [one, other] }
        : { kind: 'leafnode', from: one, to: other, account: 'APP' },
    );
    return { clusters, links };
  });
  const roles = ['any', 'minority', 'majority', 'all', '34%', '100%', 'leader', 'follower', 'meta-leader'];

  it.each(faults.filter((fault) => fault.mayTouch !== undefined))('$kind', async (fault) => {
    let resolved = 0;
    const run = fc.asyncProperty(environment, fc.gen(), fc.integer(), async (declared, gen, seed) => {
      const system = systemOf(declared);
      const addresses = system.nodes.map(({ address }) => address);
      const names = declared.clusters.map(({ name }) => name);
      const cluster = gen(() => fc.constantFrom(...names));
      const side = (): fc.Arbitrary<unknown> =>
        fc.subarray([...addresses, ...names, 'clients'], { minLength: 1, maxLength: 3 });
      const role = fc.constantFrom(...roles.map((one) => roleAddress(cluster, one)));
      const options = {
        between: [gen(side), gen(side)],
        direction: gen(() => fc.constantFrom('both', 'forward', 'backward')),
        cluster,
        nodes: gen(() =>
          fc.array(fc.oneof(role, fc.constantFrom(...addresses)), { minLength: 1, maxLength: 3 }),
        ),
        clients: gen(() => fc.boolean()),
        over: gen(() => fc.option(fc.constantFrom(...addresses), { nil: undefined })),
      };
      const named = fault.mayTouch(system, options);
      const resolve = async (): Promise<FaultTarget> => fault.resolve(contextOf(system, seed), options);
      // There may be no such link: then it is refused.
      const links = await resolve().then(
        (target) => target.links,
        () => [],
      );
      expect(named).toEqual(expect.arrayContaining(links));
      if (links.length > 0) resolved += 1;
      expect(new Set(named).size).toBe(named.length);
    });
    await fc.assert(run, { numRuns: 300 });
    expect(resolved).toBeGreaterThan(20);
  });

  function roleAddress(cluster: string, role: string): string {
    return ['leader', 'follower'].includes(role) ? `${cluster}/s@${role}` : `${cluster}@${role}`;
  }

  /** Servers that elect at random, of the cluster or, for the meta group, of the super-cluster. */
  function contextOf(system: DeclaredSystem, seed: number): FaultContext {
    const random = seededRandom(seed);
    const nodes = system.nodes.map((node) => ({ ...node, client: '', monitor: '' }));
    const namesOf = (path: string): string[] =>
      nodes.filter(({ cluster }) => path.split('/')[0] === cluster).map(({ name }) => name);
    const joined = system.links.some(({ kind }) => kind === 'gateway');
    const observer = {
      streamLeader: (path: string) => Promise.resolve(random.pick(namesOf(path))),
      streamInfo: (path: string) => Promise.resolve({ followers: namesOf(path) }),
      metaLeader: (node: string) =>
        Promise.resolve(random.pick(joined ? nodes.map(({ name }) => name) : namesOf(node))),
    };
    return {
      driver: {},
      nodes,
      links: [...system.links],
      observer,
      random,
      signal: new AbortController().signal,
      fault: 'f#1',
    } as unknown as FaultContext;
  }
});
