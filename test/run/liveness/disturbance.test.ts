import { describe, expect, it } from 'vitest';
import { faults } from '../../../src/faults/index.ts';
import { disturbanceOf } from '../../../src/run/liveness/disturbance.ts';

const target = { nodes: ['c/n1'], links: ['l1'], roles: {} };

function taken(kind: string, options: Record<string, unknown> = {}) {
  const fault = faults.find((one) => one.kind === kind)!;
  const plan = { options } as unknown as Parameters<typeof disturbanceOf>[0]['plan'];
  const { nodes, links } = disturbanceOf({ fault, plan, target, record: { id: `${kind}#1` } });
  return { nodes: nodes.length, links: links.length };
}

describe('what can no longer be counted on', () => {
  it.each(['kill', 'stop', 'pause', 'crash-loop', 'power-failure', 'fill-disk'])(
    'the nodes of %s',
    (kind) => {
      expect(taken(kind)).toEqual({ nodes: 1, links: 0 });
    },
  );

  it.each(['cpu-limit', 'slow-disk', 'reload', 'cpu-pressure'])(
    'nothing of %s, which only slows down',
    (kind) => {
      expect(taken(kind)).toEqual({ nodes: 0, links: 0 });
    },
  );

  it('the links of a cut, and of what loses data at times', () => {
    expect(taken('partition', { mode: 'cut' })).toEqual({ nodes: 0, links: 1 });
    expect(taken('partition', { mode: 'blackhole' })).toEqual({ nodes: 0, links: 1 });
    expect(taken('packet-loss')).toEqual({ nodes: 0, links: 1 });
    expect(taken('flap')).toEqual({ nodes: 0, links: 1 });
  });

  it('the links of a delay only where it is long enough to cost elections', () => {
    expect(taken('latency', { latency: 100, jitter: 50 })).toEqual({ nodes: 0, links: 0 });
    expect(taken('latency', { latency: 800, jitter: 0 })).toEqual({ nodes: 0, links: 1 });
  });
});
