import { describe, expect, it } from 'vitest';
import { everyLink } from '../../../src/drivers/every-link.ts';
import { mayConnectDirectly } from '../../../src/drivers/servers/direct-pairs.ts';
import { superClusterSpec } from '../../support/super-cluster-spec.ts';

describe('a connection without a proxy', () => {
  const spec = superClusterSpec();
  const gateway = 'gateway~qa1a.js1-qa1a~qa1b.js1-qa1b';
  const links = everyLink({ ...spec, proxied: ['route~qa1a.js2-qa1a~qa1a.js1-qa1a', gateway] });
  const may = (one: string, other: string): boolean => mayConnectDirectly(links, one, other);

  it('is legitimate between the two ends of direct links, whoever dials', () => {
    expect(may('qa1a/js1-qa1a', 'qa1a/js3-qa1a')).toBe(true);
    expect(may('qa1a/js3-qa1a', 'qa1a/js1-qa1a')).toBe(true);
    expect(may('qa1b/js2-qa1b', 'qa1a/js2-qa1a')).toBe(true);
  });

  it('is none between two nodes with a link through a proxy, also beside a direct one', () => {
    expect(may('qa1a/js1-qa1a', 'qa1a/js2-qa1a')).toBe(false);
    // Across the gateway the other one dials directly.
    expect(may('qa1b/js1-qa1b', 'qa1a/js1-qa1a')).toBe(false);
  });

  it('is none between nodes that have no link', () => {
    expect(may('qa1a/js1-qa1a', 'qa1a/js1-qa1a')).toBe(false);
    expect(mayConnectDirectly([], 'a/1', 'a/2')).toBe(false);
  });
});
