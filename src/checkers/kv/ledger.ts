import { KV_OPERATIONS } from '../../history/kv-log.ts';
import { at, type Cases } from './cases.ts';
import { IN_FLIGHT, isWrite, NOBODY, OK, OP, REFUSED, UNKNOWN, type Operations } from './operations.ts';

/** What is known of the revisions of a bucket: who wrote each, as far as anything says so. */
export interface Ledger {
  /** By row: the revision that a write has, whether it was confirmed or only seen; 0 for none that is known. */
  revision: Float64Array;
  /** By revision: the row of its write. */
  rowAt: Map<number, number>;
  /** By row: 1 for a write without an answer whose revision nothing has shown. */
  unseen: Uint8Array;
  /** Revisions that something was found at without saying who wrote it. */
  nameless: Map<number, number>;
}

/** Something that was found at a revision. */
export interface Sighting {
  key: number;
  revision: number;
  /** An index of the workloads, or `NOBODY`. */
  by: number;
  value: number;
  t: number;
  /** `at 1.234 s client 3 read`, `read back, the bucket holds` … */
  words: () => string;
}

/**
 * Gives each write its revision: as it was confirmed, or as somebody has seen it. What contradicts another is a violation:
 * a value that nobody wrote, that was refused, that is at two revisions, or under another key; two writes at one revision.
 */
export class LedgerBuilder {
  readonly ledger: Ledger;
  readonly #operations: Operations;
  readonly #cases: Cases;
  /** By workload: row + 1 of its write with a number. */
  readonly #writes: Uint32Array[];
  readonly #told = new Set<string>();

  constructor(operations: Operations, cases: Cases) {
    const { length, op, flags } = operations;
    this.#operations = operations;
    this.#cases = cases;
    this.#writes = writesByNumber(operations);
    const unseen = new Uint8Array(length);
    for (let row = 0; row < length; row += 1)
      if (isWrite(op[row] ?? 0) && ((flags[row] ?? 0) & UNKNOWN) !== 0) unseen[row] = 1;
    this.ledger = {
      revision: new Float64Array(length),
      rowAt: new Map(),
      unseen,
      nameless: new Map(),
    };
    this.#confirmed();
    this.#seenByOperations();
  }

  /** Takes in what was found, and judges whether it can be. */
  see(sighting: Sighting): void {
    const { revision, key } = sighting;
    const row = this.#rowOf(sighting);
    if (row === undefined) {
      this.#nameless(sighting);
      return;
    }
    const { flags } = this.#operations;
    const known = this.ledger.revision[row] ?? 0;
    if (this.#operations.key[row] !== key) this.#violation('wrongKey', sighting, () => this.#written(row));
    if (((flags[row] ?? 0) & (OK | UNKNOWN)) === 0) {
      const why = whyRefused(flags[row] ?? 0);
      const text = () => `${this.#written(row)}, and was refused ${why}`;
      this.#violation('refusedYetStored', sighting, text);
    }
    if (known === 0) this.#place(row, revision, sighting);
    else if (known !== revision) {
      const text = () => `${this.#written(row)}, at revision ${known}`;
      this.#violation('duplicates', sighting, text);
    }
  }

  /** What was found without a name, such as a marker, is the only write that it can be. */
  settle(): Ledger {
    const { ledger } = this;
    const { op, key } = this.#operations;
    const candidates = new Map<number, number[]>();
    for (let row = 0; row < ledger.unseen.length; row += 1) {
      if (ledger.unseen[row] !== 1 || !(op[row] === OP.delete || op[row] === OP.purge)) continue;
      candidates.set(key[row] ?? 0, [...(candidates.get(key[row] ?? 0) ?? []), row]);
    }
    for (const [revision, of] of ledger.nameless) {
      const [only, ...others] = candidates.get(of) ?? [];
      if (only === undefined || others.length > 0) continue;
      candidates.delete(of);
      this.#set(only, revision);
      ledger.nameless.delete(revision);
    }
    return ledger;
  }

  #confirmed(): void {
    const { length, op, flags, revision } = this.#operations;
    for (let row = 0; row < length; row += 1) {
      if (!isWrite(op[row] ?? 0) || ((flags[row] ?? 0) & OK) === 0) continue;
      const at = revision[row] ?? 0;
      if (at !== 0) this.#place(row, at, undefined);
    }
  }

  #seenByOperations(): void {
    const { length, op, flags, revision, key, by, value, t } = this.#operations;
    for (let row = 0; row < length; row += 1) {
      if (isWrite(op[row] ?? 0) || ((flags[row] ?? 0) & OK) === 0 || revision[row] === 0) continue;
      this.see({
        key: key[row] ?? 0,
        revision: revision[row] ?? 0,
        by: by[row] ?? NOBODY,
        value: value[row] ?? 0,
        t: t[row] ?? 0,
        words: () => `at ${at(t[row] ?? 0)} ${describeSight(this.#operations, row)}`,
      });
    }
  }

  #place(row: number, revision: number, sighting: Sighting | undefined): void {
    const other = this.ledger.rowAt.get(revision);
    this.#set(row, revision);
    if (other === undefined || other === row) return;
    // The one that was confirmed, or seen first, keeps the revision.
    this.ledger.rowAt.set(revision, other);
    const { t } = this.#operations;
    const both = () =>
      `revision ${revision} is of two writes: ${this.#written(other)}, ${this.#written(row)}`;
    this.#cases.violation('conflicts', { t: sighting?.t ?? t[row] ?? 0, revision, text: both });
  }

  #set(row: number, revision: number): void {
    this.ledger.revision[row] = revision;
    this.ledger.unseen[row] = 0;
    this.ledger.rowAt.set(revision, row);
  }

  #nameless(sighting: Sighting): void {
    const { revision, key, value, by } = sighting;
    const row = this.ledger.rowAt.get(revision);
    const { op } = this.#operations;
    const marker = row !== undefined && (op[row] === OP.delete || op[row] === OP.purge);
    if (marker && this.#operations.key[row] === key) return;
    if (row === undefined && by === NOBODY && value === 0 && this.#mayBeMarker(key)) {
      this.ledger.nameless.set(revision, key);
      return;
    }
    this.#violation('phantoms', sighting, () =>
      row === undefined ? 'which none of these workloads wrote' : `instead of what ${this.#written(row)}`,
    );
  }

  #mayBeMarker(key: number): boolean {
    const { op, key: keys } = this.#operations;
    return this.ledger.unseen.some(
      (one, row) => one === 1 && keys[row] === key && (op[row] === OP.delete || op[row] === OP.purge),
    );
  }

  /** One for each thing that is wrong, however often it was seen. */
  #violation(name: string, { t, key, revision, by, value, words }: Sighting, text: () => string): void {
    const once = `${name} ${key} ${revision} ${by} ${value}`;
    if (this.#told.has(once)) return;
    this.#told.add(once);
    const what = () => `${words()} key ${this.#operations.keys[key]} at revision ${revision}, ${text()}`;
    this.#cases.violation(name, { t, revision, text: what });
  }

  #written(row: number): string {
    const { clientName, op, t, keys, key } = this.#operations;
    const name = KV_OPERATIONS[op[row] ?? 0];
    return `${clientName(row)} sent at ${at(t[row] ?? 0)} as a ${name} of ${keys[key[row] ?? 0]}`;
  }

  #rowOf({ by, value }: Sighting): number | undefined {
    if (by === NOBODY) return undefined;
    const row = this.#writes[by]?.[value] ?? 0;
    return row === 0 ? undefined : row - 1;
  }
}

function whyRefused(flag: number): string {
  if ((flag & REFUSED) !== 0) return 'as another revision was there';
  return (flag & IN_FLIGHT) === 0 ? 'with an error' : 'as another write to the key was under way';
}

function describeSight({ op, clientName }: Operations, row: number): string {
  return `${clientName(row)} ${op[row] === OP.watch ? 'was sent' : 'read'}`;
}

function writesByNumber({ length, workloads, of, op, value }: Operations): Uint32Array[] {
  const most = workloads.map(() => 0);
  for (let row = 0; row < length; row += 1) {
    const workload = of[row] ?? 0;
    if (isWrite(op[row] ?? 0)) most[workload] = Math.max(most[workload] ?? 0, value[row] ?? 0);
  }
  const rows = most.map((n) => new Uint32Array(n + 1));
  for (let row = 0; row < length; row += 1)
    if (isWrite(op[row] ?? 0)) (rows[of[row] ?? 0] as Uint32Array)[value[row] ?? 0] = row + 1;
  return rows;
}
