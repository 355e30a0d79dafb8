import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { loadExperiment, type LoadedExperiment } from '../../src/experiment/load.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { controlledLinks } from '../../src/plan/controlled-links.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';
import type { FaultPlan, LinksPlan } from '../../src/plan/plan.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { superClusterSpec } from '../support/super-cluster-spec.ts';

const cwd = join(import.meta.dirname, '../..');
const load = (file: string): LoadedExperiment => loadExperiment(file, { env: {}, cwd });
const process = driverOffer('process');

function fault(id: string, options: Record<string, unknown>): FaultPlan {
  const [kind = ''] = id.split('#');
  return { id, kind, title: kind, keep: false, onConflict: 'end', options };
}

function linksFor(
  spec: EnvironmentSpec,
  faults: (FaultPlan | { id: string; kind: 'choose'; count: number; of: FaultPlan[] })[],
  over: { driver?: string; all?: string } = {},
): LinksPlan {
  const phases = [{ name: 'p', faults, actions: [], expectations: [] }];
  return controlledLinks({ spec, driver: 'process', phases, ...over });
}

const zones = fault('partition#1', { between: ['qa1a', 'qa1b'] });
const pair = fault('latency#1', { between: ['qa1a/js1-qa1a', 'qa1a/js2-qa1a'] });

describe('the links under control', () => {
  it('are none where no fault touches a link', () => {
    const kill = fault('kill#1', { nodes: 'qa1a@any' });
    expect(linksFor(dualMirrorSpec(), [kill])).toEqual({ total: 21, proxied: [] });
  });

  it('are those of every fault, each with its reasons, also of faults that may be chosen', () => {
    const choice = { id: 'choose#1', kind: 'choose' as const, count: 1, of: [pair] };
    const again = fault('isolate#1', { nodes: 'qa1a/js1-qa1a', clients: true });
    const { proxied } = linksFor(dualMirrorSpec(), [choice, again]);
    expect(proxied.map(({ link, because }) => `${link} ${because.join(', ')}`)).toEqual([
      'route~qa1a.js2-qa1a~qa1a.js1-qa1a fault latency#1, fault isolate#1',
      'route~qa1a.js3-qa1a~qa1a.js1-qa1a fault isolate#1',
      'leafnode~qa1b.js1-qa1b~qa1a.js1-qa1a~APP fault isolate#1',
      'leafnode~qa1b.js2-qa1b~qa1a.js1-qa1a~APP fault isolate#1',
      'leafnode~qa1b.js3-qa1b~qa1a.js1-qa1a~APP fault isolate#1',
      'client~client~qa1a.js1-qa1a fault isolate#1',
    ]);
  });

  it('are all gateways of a super-cluster or none', () => {
    const one = fault('partition#1', { between: ['qa1a/js1-qa1a', 'qa1b/js1-qa1b'] });
    const { proxied } = linksFor(superClusterSpec(), [one]);
    expect(proxied).toHaveLength(18);
    expect(proxied.every(({ link }) => link.startsWith('gateway~'))).toBe(true);
    expect(proxied.filter(({ because }) => because[0] === 'fault partition#1')).toHaveLength(2);
    expect(linksFor(superClusterSpec(), [pair]).proxied).toHaveLength(1);
  });

  it('are those between two Docker engines too, where containers are what runs', () => {
    const spec = dualMirrorSpec();
    const [near, far] = spec.clusters;
    const onTwo = { ...spec, clusters: [near!, { ...far!, docker: { host: 'tcp://far:2376' } }] };
    expect(linksFor(onTwo, [], { driver: 'docker' }).proxied).toHaveLength(9);
    expect(linksFor(onTwo, []).proxied).toHaveLength(0);
  });

  it('are all of them where that is wanted', () => {
    const { total, proxied } = linksFor(dualMirrorSpec(), [zones], { all: '--keep' });
    expect(proxied).toHaveLength(total);
    expect(new Set(proxied.map(({ because }) => because.join()))).toEqual(
      new Set(['--keep', '--keep,fault partition#1']),
    );
  });
});

describe('a plan', () => {
  it('tells the driver which links to proxy, and people why', () => {
    const plan = buildPlan(load('experiments/partition-recovery.yaml'), process);
    expect(plan.links).toMatchObject({ total: 21 });
    expect(plan.spec.proxied).toEqual(plan.links?.proxied.map(({ link }) => link));
    expect(plan.spec.proxied).toHaveLength(9);
    expect(describePlan(plan)).toContain('because of fault partition#1');
  });

  it('says that no link goes through a proxy', () => {
    const plan = buildPlan(load('experiments/cookbook/leader-kill.yaml'), process);
    expect(plan.spec.proxied).toEqual([]);
    expect(describePlan(plan)).toContain('none of them goes through a proxy: no fault can touch them');
  });

  it('has every link under control when the servers are kept', () => {
    const file = 'experiments/cookbook/leader-kill.yaml';
    const plan = buildPlan(load(file), process, { allLinks: '--keep' });
    expect(plan.spec.proxied).toHaveLength(6);
    expect(describePlan(plan)).toContain('6 of them go through a proxy\n');
    expect(describePlan(plan)).toContain('all 3 client links to qa1a: because of --keep');
  });

  it.each(['all', [{ kind: 'all' }]])('has every link under control with `links: %j`', (links) => {
    const loaded = load('experiments/cookbook/leader-kill.yaml');
    const value = { ...loaded.environment.value, links } as typeof loaded.environment.value;
    const plan = buildPlan({ ...loaded, environment: { ...loaded.environment, value } }, process);
    expect(plan.spec.proxied).toHaveLength(6);
    expect(plan.spec.links).toEqual([]);
    expect(plan.links?.proxied[0]?.because).toEqual(['`links: all` in the environment']);
  });
});
