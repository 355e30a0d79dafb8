import { streamAddressOf } from '../../resolve/inventory.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const consumerAccount: EnvironmentRule = {
  name: 'streams/consumer-account',
  demand: 'A consumer is in the account of its stream.',
  check({ value, inventory, complaints }) {
    for (const [address, consumer] of entriesOf(field(value, 'consumers'))) {
      const account = textOf(field(consumer, 'account'));
      const stream = inventory.streams.get(streamAddressOf(address));
      if (account === undefined || !stream || account === stream.account) continue;
      complaints.error(
        `${child('/consumers', address)}/account`,
        `found "${account}"; expected the account of its stream, ${stream.account ?? 'which has none'}`,
      );
    }
  },
};
