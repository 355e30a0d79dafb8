import type { History } from '../../history/history.ts';
import { FOREIGN } from '../../history/tables/table.ts';
import { Bits } from '../../support/bits.ts';

/** A message that came once more. */
export interface Again {
  t: number;
  by: number;
  n: number;
}

/** What came to a workload that takes messages of core NATS. */
export interface Received {
  messages: number;
  /** Of others. */
  foreign: number;
  /** By the code of the publisher, the numbers of its messages. */
  numbers: Map<number, Bits>;
  again: Again[];
}

export function receivedBy(history: History, workload: string): Received {
  const received: Received = { messages: 0, foreign: 0, numbers: new Map(), again: [] };
  for (const { t, by, n, length } of history.deliveries(workload)) {
    for (let row = 0; row < length; row += 1) {
      const [sender, number] = [by[row] ?? FOREIGN, n[row] ?? 0];
      received.messages += 1;
      if (sender === FOREIGN) received.foreign += 1;
      else if (!numbersOf(received, sender).add(number))
        received.again.push({ t: t[row] ?? 0, by: sender, n: number });
    }
  }
  return received;
}

function numbersOf({ numbers }: Received, by: number): Bits {
  const known = numbers.get(by);
  if (known !== undefined) return known;
  const made = new Bits();
  numbers.set(by, made);
  return made;
}
