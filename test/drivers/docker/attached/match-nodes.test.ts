import { describe, expect, it } from 'vitest';
import { matchNodes } from '../../../../src/drivers/docker/attached/match-nodes.ts';
import { engineSide, whereIs } from '../../../../src/drivers/docker/attached/engine-side.ts';
import { endpointDifferences } from '../../../../src/drivers/docker/attached/snapshot.ts';

const chosen = { project: 'shop', names: { 'c/n2': 'nats-b' }, clientPort: 4222, monitorPort: 8222 };
const container = (name: string, service = '', running = true) => ({ name, service, running });

describe('which container a node is', () => {
  it('is told by the name of the container, or of the service, or as the file maps it', () => {
    const there = [container('n1'), container('shop_nats-b_1', 'nats-b'), container('shop_n3_1', 'n3')];
    const { found, problems } = matchNodes(['c/n1', 'c/n2', 'c/n3'], chosen, there);
    expect(problems).toEqual([]);
    expect([...found].map(([node, { name }]) => [node, name])).toEqual([
      ['c/n1', 'n1'],
      ['c/n2', 'shop_nats-b_1'],
      ['c/n3', 'shop_n3_1'],
    ]);
  });

  it('is asked for where it cannot be told, every node at once', () => {
    const there = [container('x1', 'n1'), container('x2', 'n1'), container('nats-b', '', false)];
    expect(matchNodes(['c/n1', 'c/n2', 'c/n3'], chosen, there).problems).toEqual([
      'c/n1: the service n1 has 2 containers (x1, x2): name one',
      'c/n2: the container nats-b is not running',
      'c/n3: the project shop has no container or service "n3"; there are n1, nats-b',
    ]);
    const twice = matchNodes(['c/nats-b', 'c/n2'], chosen, [container('nats-b')]);
    expect(twice.problems).toEqual(['c/n2 and c/nats-b are one container, nats-b']);
    expect(matchNodes(['c/n1'], chosen, []).problems).toEqual([
      'c/n1: the project shop has no container at all',
    ]);
  });
});

describe('where a server in a container is reached', () => {
  const endpoints = [{ network: 'n', address: '172.18.0.2', aliases: [], pinned: false }];
  const published = {
    '4222/tcp': [{ host: '0.0.0.0', port: 14222 }],
    '8222/tcp': [{ host: '127.0.0.1', port: 18222 }],
  };

  it('is its published ports, on the machine of the engine', () => {
    const at = (engine: string) =>
      whereIs({ name: 'x', published, endpoints }, chosen, engineSide(engine, 'linux'));
    expect(at('unix:///var/run/docker.sock')).toEqual({
      client: '127.0.0.1:14222',
      monitor: 'http://127.0.0.1:18222',
    });
    expect(at('tcp://nats.example:2376')).toMatchObject({ client: 'nats.example:14222' });
    expect(at('ssh://root@nats.example')).toMatchObject({ client: 'nats.example:14222' });
  });

  it('is its own address where nothing is published and that can be reached', () => {
    const closed = { name: 'x', published: { '4222/tcp': [] }, endpoints };
    expect(whereIs(closed, chosen, engineSide('unix:///x', 'linux'))).toEqual({
      client: '172.18.0.2:4222',
      monitor: 'http://172.18.0.2:8222',
    });
    expect(whereIs(closed, chosen, engineSide('unix:///x', 'darwin'))).toBe(
      'the container x does not publish port 4222 and 8222, and its own address cannot be reached from here',
    );
  });
});

describe('a container as it was found', () => {
  const endpoint = { network: 'n', address: '10.0.0.2', aliases: ['n1'], pinned: true };
  const was = { node: 'c/n1', id: '1', name: 'n1', endpoints: [endpoint] };

  it.each([
    [[endpoint], []],
    [[], ['c/n1 is not connected to the network n']],
    [
      [{ ...endpoint, address: '10.0.0.3' }],
      ['c/n1 has the address 10.0.0.3 in the network n, and had 10.0.0.2'],
    ],
    [[{ ...endpoint, aliases: [] }], ['c/n1 is not called n1 in the network n any more']],
    [[endpoint, { ...endpoint, network: 'm' }], ['c/n1 is connected to the network m too']],
  ])('is told from one that is not', (endpoints, differences) => {
    expect(endpointDifferences(was, { endpoints })).toEqual(differences);
  });
});
