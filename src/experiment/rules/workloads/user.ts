import { streamOf } from '../../../support/stream-of.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const workloadUser: ExperimentRule = {
  name: 'workloads/user',
  demand: 'A workload connects as a user of the account that its stream, or it itself, belongs to.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const user = textOf(field(workload, 'user'))?.split('/').at(-1);
      const owner = user === undefined ? undefined : inventory.users.get(user);
      if (owner === undefined) continue;
      const at = `${child('/workloads', name)}/user`;
      const address = ['stream', 'consumer', 'ordered', 'bucket']
        .map((key) => textOf(field(workload, key)))
        .find((one) => one !== undefined);
      const stream = address === undefined ? undefined : inventory.streams.get(streamOf(address));
      const account = stream?.account ?? textOf(field(workload, 'account'));
      if (account === undefined || account === owner) continue;
      const what = stream === undefined ? 'this workload' : (address ?? '');
      complaints.error(
        at,
        `"${user ?? ''}" is a user of account ${owner}, and ${what} belongs to ${account}`,
      );
    }
  },
};
