import { describe, expect, it } from 'vitest';
import { engineSide, whereIs } from '../../../../src/drivers/docker/attached/engine-side.ts';

const ports = { clientPort: 4222, monitorPort: 8222 };
const here = engineSide('unix:///var/run/docker.sock', 'linux');
const elsewhere = engineSide('tcp://10.0.0.9:2376', 'linux');
const endpoint = (network: string, address: string) => ({ network, address, aliases: [], pinned: false });
const published = {
  '4222/tcp': [{ host: '0.0.0.0', port: 16222 }],
  '8222/tcp': [{ host: '127.0.0.1', port: 18222 }],
};

describe('a server in a container', () => {
  it('is reached at its published ports, on the machine of the engine', () => {
    const container = { name: 'n1', published, endpoints: [endpoint('shop', '172.20.0.2')] };
    expect(whereIs(container, ports, here)).toEqual({
      client: '127.0.0.1:16222',
      monitor: 'http://127.0.0.1:18222',
    });
    expect(whereIs(container, ports, elsewhere)).toMatchObject({ client: '10.0.0.9:16222' });
  });

  it('or else at its own address, where that can be reached', () => {
    const container = { name: 'n1', published: {}, endpoints: [endpoint('shop', '172.20.0.2')] };
    expect(whereIs(container, ports, here)).toEqual({
      client: '172.20.0.2:4222',
      monitor: 'http://172.20.0.2:8222',
    });
    expect(whereIs(container, ports, elsewhere)).toMatch(/does not publish port 4222 and 8222/);
  });

  it('is not in the network of its host, and it is said what to do instead', () => {
    const container = { name: 'n1', published: {}, endpoints: [endpoint('host', '')] };
    expect(whereIs(container, ports, here)).toMatch(/network of its host, .*: say where it is by `servers`/);
  });
});
