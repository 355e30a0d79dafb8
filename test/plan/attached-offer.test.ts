import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/experiment/schema/environment.ts';
import { attachedOffer, offerFor } from '../../src/plan/attached-offer.ts';

const machine = { platform: 'linux', addresses: ['192.0.2.7'] };

function environment(attach: Environment['attach'], host = '127.0.0.1'): Environment {
  return {
    name: 'staging',
    ...(attach ? { attach } : {}),
    clusters: { c: { nodes: ['n1'], servers: { n1: { client: `${host}:4222`, monitor: 'http://x' } } } },
  } as unknown as Environment;
}
const allowing = { allowFaults: true, hosts: ['x'] };

describe('what can be done with attached servers', () => {
  it('is nothing but reading unless faults are allowed', () => {
    const offer = attachedOffer(environment({ allowFaults: false }), machine);
    expect(offer).toMatchObject({ capabilities: [], links: ['leafnode', 'gateway'], readOnly: true });
  });

  it.each(['127.0.0.1', '127.8.0.1', 'localhost', '[::1]', '192.0.2.7'])('is freezing them at %s', (host) => {
    expect(attachedOffer(environment(allowing, host), machine).capabilities).toEqual(['pausing']);
  });

  it('is no action that takes nodes or streams out of a cluster', () => {
    const { actions } = attachedOffer(environment(allowing), machine);
    expect(actions).toContain('step-down');
    expect(actions?.filter((kind) => /remove|move|fill|restart|upgrade/.test(kind))).toEqual([]);
  });

  it('is less on another machine, and on another system; and that is said', () => {
    const elsewhere = attachedOffer(environment(allowing, '192.0.2.8'), machine);
    expect(elsewhere.capabilities).toEqual([]);
    expect(elsewhere.reasons?.pausing).toBe(
      'a process can be frozen only on the machine of the runner, and n1 is on 192.0.2.8',
    );
    const mac = attachedOffer(environment(allowing), { ...machine, platform: 'darwin' });
    expect(mac.reasons?.pausing).toMatch(/on Linux only/);
  });
});

describe('the driver', () => {
  it('follows from the environment', () => {
    expect(offerFor(environment(undefined), undefined).driver).toBe('process');
    expect(offerFor(environment({ allowFaults: false }), undefined).driver).toBe('attached');
    expect(offerFor(environment({ allowFaults: false }), 'attached').driver).toBe('attached');
  });

  it('is refused when it is not for that environment', () => {
    expect(() => offerFor(environment(undefined), 'attached')).toThrow(/staging has none/);
    expect(() => offerFor(environment({ allowFaults: false }), 'process')).toThrow(
      '--driver process would start servers, and those of staging run already',
    );
  });
});
