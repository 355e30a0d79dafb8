import { notThere } from '../../resolve/addresses.ts';
import { streamAddressOf } from '../../resolve/inventory.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const consumerStream: EnvironmentRule = {
  name: 'streams/consumer-stream',
  demand: 'The address of a consumer names a stream of the environment.',
  check({ value, inventory, complaints }) {
    for (const [address] of entriesOf(field(value, 'consumers'))) {
      const stream = streamAddressOf(address);
      // The schema refuses an address that has not three parts.
      if (address.split('/').length !== 3 || inventory.streams.has(stream)) continue;
      complaints.error(
        child('/consumers', address),
        notThere('stream', stream, [...inventory.streams.keys()], inventory.name),
        'key',
      );
    }
  },
};
