import { describe, expect, it } from 'vitest';
import type { Space } from '../../src/experiment/resolve/space.ts';
import type { RunTemplate } from '../../src/explore/run-files.ts';
import type { ScheduledEvent } from '../../src/explore/schedule.ts';
import { realUpgrades } from '../../src/explore/upgrade-plans.ts';

const RELEASES = ['2.10', '2.12', '2.14'];

function template(nats: string | undefined, releases = RELEASES): RunTemplate {
  const item = {
    room: 'action',
    kind: 'upgrade',
    name: 'action upgrade',
    fields: { to: { values: releases } },
  };
  const space = { items: [item] } as unknown as Space;
  return { space, pair: { experiment: {}, environment: { nats: '2.12' } }, nats };
}

const upgrade = (fields: Record<string, unknown>): ScheduledEvent => ({
  ...{ room: 'action', kind: 'upgrade', item: 'action upgrade', afterMs: 0, fields },
});

function releases(of: RunTemplate, ...upgrades: Record<string, unknown>[]): unknown[] {
  const { events } = realUpgrades(of, { events: upgrades.map(upgrade), settings: [] });
  return events.map(({ fields }) => fields['to']);
}

describe('a plan of upgrades', () => {
  it('never begins with the release that the servers are started on', () => {
    expect(releases(template(undefined), { cluster: 'c', to: '2.12' })).toEqual(['2.14']);
    expect(releases(template('2.14.10'), { nodes: 'c@any', to: '2.14' })).toEqual(['2.10']);
  });

  it('brings a cluster to another release each time, and each cluster by itself', () => {
    expect(
      releases(
        template(undefined),
        { cluster: 'c', to: '2.14' },
        { cluster: 'd', to: '2.14' },
        { cluster: 'c', to: '2.14' },
        { cluster: 'c', to: '2.14' },
      ),
    ).toEqual(['2.14', '2.14', '2.10', '2.14']);
  });

  it('brings a cluster node by node to one release, and the rest of it too', () => {
    const leader = { nodes: ['c/s@leader'], to: '2.14' };
    expect(releases(template(undefined), leader, leader, { cluster: 'c', to: '2.14' })).toEqual([
      '2.14',
      '2.14',
      '2.14',
    ]);
    // Back to where most of its nodes are: the whole cluster, and not a node that is there perhaps.
    expect(releases(template(undefined), leader, { cluster: 'c', to: '2.12' })).toEqual(['2.14', '2.12']);
    expect(releases(template(undefined), leader, { nodes: 'c@any', to: '2.12' })).toEqual(['2.14', '2.14']);
  });

  it('stays as drawn where there is no other release, and where nothing is known of the servers', () => {
    expect(releases(template(undefined, ['2.12']), { cluster: 'c', to: '2.12' })).toEqual(['2.12']);
    expect(releases(template('/opt/nats-server'), { cluster: 'c', to: '2.12' })).toEqual(['2.12']);
  });
});
