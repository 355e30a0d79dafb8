import type { History } from '../../history/history.ts';
import { Bits } from '../../support/bits.ts';

export interface Sent {
  name: string;
  /** Its code. */
  by: number;
  /** Numbers of what was handed to an open connection, and of all that it was to send. */
  ok: Bits;
  all: Bits;
  last: number;
}

export function sentBy(history: History, name: string): Sent {
  const isOk = history.publishStatuses(name).map(({ outcome }) => outcome === 'ok');
  const sent = { name, by: history.publishers.indexOf(name), ok: new Bits(), all: new Bits(), last: 0 };
  for (const { n, t, status, length } of history.publishes(name)) {
    for (let row = 0; row < length; row += 1) {
      sent.all.add(n[row] ?? 0);
      if (isOk[status[row] ?? 0] === true) sent.ok.add(n[row] ?? 0);
      sent.last = Math.max(sent.last, t[row] ?? 0);
    }
  }
  return sent;
}

/** What came under the name of a publisher that had never sent it. */
export function* strange(
  history: History,
  name: string,
  publisher: number,
  all: Bits,
): Generator<{ t: number; n: number }> {
  for (const { t, by, n, length } of history.deliveries(name))
    for (let row = 0; row < length; row += 1)
      if (by[row] === publisher && !all.has(n[row] ?? 0)) yield { t: t[row] ?? 0, n: n[row] ?? 0 };
}
