import { describe, expect, it } from 'vitest';
import { hashOf, lacks } from '../../src/fleet/needs.ts';
import { needs, offer } from './requests.ts';

describe('what a run needs', () => {
  it('is the same, and has the same hash, in whatever order it was found', () => {
    const one = needs({ capabilities: ['links', 'processes', 'links'], nats: ['2.12.3', '2.10.1'] });
    const other = needs({ capabilities: ['processes', 'links'], nats: ['2.10.1', '2.12.3'] });
    expect(one).toEqual(other);
    expect(hashOf(one)).toBe(hashOf(other));
    expect(hashOf(one)).toMatch(/^[0-9a-f]{12}$/);
    expect(hashOf(needs({ alone: true }))).not.toBe(hashOf(needs()));
  });

  it('counts cores in classes', () => {
    expect([1, 3, 4, 6, 7, 13].map((nodes) => needs({ nodes }).cores)).toEqual([1, 1, 2, 2, 4, 8]);
  });

  it('tells binaries from versions', () => {
    expect(needs({ nats: ['2.12', '/opt/nats-server', ''] })).toMatchObject({
      nats: ['2.12'],
      binaries: ['/opt/nats-server'],
    });
  });
});

describe('what a worker lacks', () => {
  it('is nothing when it offers all of it', () => {
    expect(lacks(needs(), offer())).toEqual([]);
  });

  it('is told in words', () => {
    const asked = needs({
      capabilities: ['packets'],
      nats: ['/opt/nats-server'],
      programs: ['redis-server'],
      nodes: 12,
    });
    expect(lacks(asked, offer())).toEqual([
      'the capability packets of the driver process',
      'the binary /opt/nats-server (--allow-binary)',
      'leave to start programs of experiments (--allow-commands): redis-server',
      '4 cores (it has 2)',
    ]);
    expect(lacks(needs({ driver: 'docker' }), offer())).toEqual(['the driver docker']);
    expect(lacks(needs({ driver: 'constructor' }), offer())).toEqual(['the driver constructor']);
    expect(lacks(needs({ programs: ['redis-server'] }), offer({ commands: true }))).toEqual([
      'the program redis-server',
    ]);
  });

  it('goes by the releases that are there when it can get no other', () => {
    const here = offer({ anyVersion: false, builds: false, versions: ['2.12.3'] });
    expect(lacks(needs({ nats: ['2.12.3', '2.12', '2'] }), here)).toEqual([]);
    expect(lacks(needs({ nats: ['2.10.1', 'latest', '2.12.3+assertions'] }), here)).toEqual([
      'nats-server 2.10.1',
      'nats-server 2.12.3+assertions',
      'nats-server latest',
    ]);
  });
});
