import { KV_OPERATIONS, KV_PATHS } from '../../history/kv-log.ts';
import { at } from './cases.ts';
import type { Ledger } from './ledger.ts';
import { isWrite, OP, type Operations } from './operations.ts';

/** Words for operations in findings. */
export class Words {
  readonly #operations: Operations;
  readonly #ledger: Ledger;

  constructor(operations: Operations, ledger: Ledger) {
    this.#operations = operations;
    this.#ledger = ledger;
  }

  /** `at 1.234 s client 2 read key k1 (leader) at revision 7`. */
  full(row: number): string {
    const { t, key, keys } = this.#operations;
    return `at ${at(t[row] ?? 0)} ${this.#did(row)} key ${keys[key[row] ?? 0]}${this.#found(row)}`;
  }

  /** `client 1 had put key k1 as revision 8 by 1.200 s`. */
  before(row: number): string {
    const { clientName, end, t, op, key, keys } = this.#operations;
    const name = KV_OPERATIONS[op[row] ?? 0];
    const did =
      op[row] === OP.get ? 'read' : op[row] === OP.watch ? 'been sent' : `done a ${name ?? 'write'} of`;
    const done = Math.max(end[row] === Infinity ? 0 : (end[row] ?? 0), t[row] ?? 0);
    return `${clientName(row)} had ${did} key ${keys[key[row] ?? 0]} at revision ${this.revision(row)} by ${at(done)}`;
  }

  /** `client 1 had been refused an update of key k1 by 1.200 s, as it was overwritten`. */
  refusal(row: number): string {
    const { clientName, end, op, key, keys } = this.#operations;
    const name = `${op[row] === OP.update ? 'an' : 'a'} ${KV_OPERATIONS[op[row] ?? 0]}`;
    return `${clientName(row)} had been refused ${name} of key ${keys[key[row] ?? 0]} by ${at(end[row] ?? 0)}, as it was overwritten`;
  }

  revision(row: number): number {
    const { op, revision } = this.#operations;
    return (isWrite(op[row] ?? 0) ? this.#ledger.revision[row] : revision[row]) ?? 0;
  }

  #did(row: number): string {
    const { clientName, op, path } = this.#operations;
    if (op[row] === OP.get)
      return `${clientName(row)} read (${path[row] === undefined ? '?' : KV_PATHS[path[row]]})`;
    return op[row] === OP.watch
      ? `${clientName(row)} was sent`
      : `${clientName(row)} sent a ${KV_OPERATIONS[op[row] ?? 0]} of`;
  }

  #found(row: number): string {
    const { op } = this.#operations;
    const revision = this.revision(row);
    if (revision === 0) return op[row] === OP.get ? ' and found nothing' : '';
    return op[row] === OP.get ? ` at revision ${revision}` : `, which is revision ${revision}`;
  }
}
