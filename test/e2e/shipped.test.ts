import { expect, it } from 'vitest';
import { readHistory } from '../../src/history/read-folder.ts';
import { deliveriesOf } from '../support/rows.ts';
import { ON_BOTH_DRIVERS, processRun, shippedSuite } from './shipped-suite.ts';

shippedSuite(ON_BOTH_DRIVERS, ON_BOTH_DRIVERS);

it('in a partition, messages 101 to 300 arrive at the mirrors only after it is healed', async () => {
  const { report, folder } = await processRun('partition-recovery.yaml').ended;
  const fault = report.faults[0]!;
  // The last proof that it holds, and not the end of its removal: links are healed one after the other.
  const isDuring = ({ t }: { t: number }) => t > fault.inForce!.t && t < fault.heldToEnd!.t;
  const targets = report.workloads.map(({ name, kind, target }) => [name, { kind, target }] as const);
  const history = await readHistory(folder, report.runId, Object.fromEntries(targets));
  for (const mirror of ['consume-qa1a-mirror', 'consume-qa1b-mirror']) {
    const deliveries = deliveriesOf(history, mirror);
    const seqs = deliveries.map((event) => event.seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    expect(deliveries.filter(isDuring)).toEqual([]);
    expect(deliveries.filter((event) => event.t <= fault.inForce!.t)).toHaveLength(100);
  }
  const local = deliveriesOf(history, 'consume-qa1a');
  expect(local.filter(isDuring)).toHaveLength(200);
});
