import { serverAddressesOf } from '../../resolve/server-addresses.ts';
import { originOfServers } from '../../resolve/servers-origin.ts';
import type { EnvironmentRule } from '../rule.ts';

export const distinctAddresses: EnvironmentRule = {
  name: 'servers/distinct-addresses',
  demand: 'No two nodes have the same address: they would be one server, observed twice.',
  check({ value, complaints }) {
    if (originOfServers(value) !== 'addresses') return;
    const owners = new Map<string, string>();
    for (const { pointer, node, address } of serverAddressesOf(value)) {
      const other = owners.get(address);
      if (other !== undefined) complaints.error(pointer, `${address} is the address of ${other} already`);
      owners.set(address, node);
    }
  },
};
