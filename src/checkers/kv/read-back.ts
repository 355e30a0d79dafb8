import type { History } from '../../history/history.ts';
import { at, type Cases } from './cases.ts';
import type { LedgerBuilder } from './ledger.ts';
import { INITIAL, isWrite, NOBODY, OK, OP, type Operations } from './operations.ts';

/**
 * What the bucket held once all was quiet: takes it into the ledger, and finds confirmed writes that are neither there nor
 * overwritten.
 */
export class ReadBack {
  /** By key: the highest revision that is there. */
  readonly #last: Float64Array;
  readonly #operations: Operations;

  constructor(history: History, stream: string, operations: Operations, builder: LedgerBuilder) {
    this.#operations = operations;
    this.#last = new Float64Array(operations.keys.length);
    const t = quietAt(operations);
    const prefix = `$KV.${stream.replace(/^[^/]*\/(KV_)?/, '')}.`;
    const keyOf = new Map(operations.keys.map((name, key) => [prefix + name, key]));
    const keys = history.subjects(stream).map((subject) => keyOf.get(subject) ?? -1);
    const writers = history.publishers.map((name) => operations.workloads.indexOf(name));
    for (const rows of history.stored(stream)) {
      for (let i = 0; i < rows.length; i += 1) {
        const key = keys[rows.subject[i] ?? 0] ?? -1;
        if (key < 0) continue;
        const revision = rows.seq[i] ?? 0;
        const writer = writers[rows.by[i] ?? NOBODY] ?? -1;
        this.#last[key] = Math.max(this.#last[key] ?? 0, revision);
        builder.see({
          key,
          revision,
          by: writer < 0 ? NOBODY : writer,
          value: writer < 0 ? 0 : (rows.n[i] ?? 0),
          t,
          words: () => 'read back, the bucket holds',
        });
      }
    }
  }

  /** One for each key. */
  judge(cases: Cases): void {
    const { length, key, op, flags, revision, t, keys, clientName } = this.#operations;
    const lost = new Map<number, number>();
    for (let row = 0; row < length; row += 1) {
      const of = key[row] ?? 0;
      if (!isWrite(op[row] ?? 0) || ((flags[row] ?? 0) & OK) === 0) continue;
      const mine = revision[row] ?? 0;
      if (mine <= (this.#last[of] ?? 0)) continue;
      const first = lost.get(of);
      if (first === undefined || mine < (revision[first] ?? 0)) lost.set(of, row);
    }
    for (const [of, row] of lost) {
      const there = this.#last[of] === 0 ? 'holds nothing' : `ends with revision ${this.#last[of]}`;
      const text = () =>
        `at ${at(t[row] ?? 0)} ${clientName(row)} wrote key ${keys[of]}, confirmed as revision ${revision[row]}, and read back the key ${there}`;
      cases.violation('lost', { t: t[row] ?? 0, revision: revision[row] ?? 0, text });
    }
  }
}

/** By key: when it was there for sure; undefined for one that was not written before the workload began. */
export function initialisedAt({ length, key, flags, end, op }: Operations): Map<number, number> {
  const since = new Map<number, number>();
  let all = 0;
  for (let row = 0; row < length; row += 1) {
    if (((flags[row] ?? 0) & INITIAL) === 0 || ((flags[row] ?? 0) & OK) === 0 || op[row] === OP.get) continue;
    since.set(key[row] ?? 0, 0);
    all = Math.max(all, end[row] ?? 0);
  }
  for (const one of since.keys()) since.set(one, all);
  return since;
}

function quietAt({ length, end }: Operations): number {
  let latest = 0;
  for (let row = 0; row < length; row += 1)
    if (end[row] !== Infinity) latest = Math.max(latest, end[row] ?? 0);
  return latest;
}
