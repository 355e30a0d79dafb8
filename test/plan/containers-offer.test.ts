import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/experiment/schema/environment.ts';
import { loadExperiment } from '../../src/experiment/load.ts';
import { offerFor } from '../../src/plan/attached-offer.ts';
import { COMPOSE_OFFER, containersOffer } from '../../src/plan/containers-offer.ts';
import { refusals } from '../../src/plan/refusals.ts';

const environment = (over: Partial<Record<'attach' | 'compose', unknown>>): Environment =>
  ({ name: 'shop', clusters: {}, ...over }) as unknown as Environment;

describe('what can be done with containers that run already', () => {
  it('is nothing but reading unless faults are allowed', () => {
    expect(containersOffer(false)).toMatchObject({ capabilities: [], readOnly: true });
    expect(containersOffer(true).capabilities).toEqual(['processes', 'links']);
    expect(containersOffer(true).actions).toContain('restart');
    expect(containersOffer(true).actions).not.toContain('peer-remove');
  });

  it("is more where they are the run's own: their stores and limits go with them", () => {
    expect(COMPOSE_OFFER.capabilities).toEqual(['processes', 'links', 'disk', 'cpu', 'memory']);
    expect(COMPOSE_OFFER.actions).toBeUndefined();
  });

  const objection = (fault: Record<string, unknown>) => COMPOSE_OFFER.objection?.(fault as { kind: string });

  it.each([
    { kind: 'kill', nodes: 'c/n1' },
    { kind: 'partition', between: ['a', ['b', 'c/n1']] },
    { kind: 'partition', between: ['a', 'b'], mode: 'blackhole', direction: 'both' },
    { kind: 'isolate', nodes: 'c/n1' },
  ])('has no objection to $kind', (fault) => {
    expect(objection(fault)).toBeNull();
  });

  it.each([
    [{ kind: 'latency', between: ['a', 'b'] }, /latency needs a proxy on each link/],
    [{ kind: 'flap', between: ['a', 'b'] }, /flap needs a proxy on each link/],
    [{ kind: 'partition', between: ['a', 'b'], direction: 'forward' }, /in both directions or not at all/],
    [{ kind: 'partition', between: ['clients', 'b'] }, /clients connect to these containers directly/],
    [{ kind: 'isolate', nodes: 'c/n1', clients: true }, /clients connect to these containers directly/],
  ])('objects to %o', (fault, why) => {
    expect(objection(fault)).toMatch(why);
  });
});

it('gives one reason against the loss of packets', () => {
  const cwd = join(import.meta.dirname, '../..');
  const lossy = loadExperiment('test/fixtures/good/packet-loss.yaml', { env: {}, cwd });
  for (const offer of [COMPOSE_OFFER, containersOffer(true)]) {
    expect(refusals(lossy, offer).map(({ message }) => message)).toEqual([
      `the ${offer.driver} driver lacks the capability packets, which the fault packet-loss needs: these containers have no proxy on each link, whose port would show to which link a packet belongs`,
    ]);
  }
});

describe('the driver', () => {
  it('follows from the environment', () => {
    const docker = { project: 'shop', clientPort: 4222, monitorPort: 8222 };
    expect(offerFor(environment({ attach: { allowFaults: true, docker } }), undefined).driver).toBe(
      'attached-docker',
    );
    expect(offerFor(environment({ compose: { file: 'x' } }), undefined).driver).toBe('compose');
    expect(offerFor(environment({ compose: { file: 'x' } }), 'compose').driver).toBe('compose');
  });

  it('is refused when it is not for that environment', () => {
    expect(() => offerFor(environment({ compose: { file: 'x' } }), 'docker')).toThrow(
      '--driver docker would start servers of its own, and shop brings up a compose file',
    );
    expect(() => offerFor(environment({}), 'compose')).toThrow(/shop has none/);
  });
});
