import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { NodeInfo, Pausing, ProcessState } from '../driver.ts';
import { hostOf, portOf } from '../../support/addresses.ts';
import { findServer, signal, stateOf, type FoundProcess } from './found-process.ts';
import { resumeRecord } from './resume.ts';

const SHOWN_MS = 5_000;

/** Power to freeze servers of this machine that somebody else started. */
export class FoundServers implements Pausing {
  readonly #node: (address: string) => NodeInfo;
  readonly #journal: (record: UndoRecord) => void;
  readonly #found = new Map<string, FoundProcess>();

  /** @param node what is known of a node; throws for one that there is not */
  constructor(node: (address: string) => NodeInfo, journal: (record: UndoRecord) => void) {
    this.#node = node;
    this.#journal = journal;
  }

  state(node: string): Promise<ProcessState> {
    const found = this.#processOf(node);
    return Promise.resolve(found === undefined ? 'down' : stateOf(found));
  }

  async pause(node: string): Promise<void> {
    const found = this.#processOf(node);
    if (found === undefined) throw new ChaosError('failed', `${node}: ${this.#whyNot(node)}`);
    // Whoever replays this knows no nodes: the process itself is named, by its id and its beginning.
    this.#journal(resumeRecord(node, found));
    signal(found, 'SIGSTOP');
    await this.#shows(node, 'paused');
  }

  async resume(node: string): Promise<void> {
    const found = this.#found.get(node);
    if (found === undefined || !signal(found, 'SIGCONT')) return;
    await this.#shows(node, 'running');
  }

  /** A server that its supervisor has started anew is another process. */
  #processOf(node: string): FoundProcess | undefined {
    const known = this.#found.get(node);
    if (known !== undefined && stateOf(known) !== 'down') return known;
    const found = this.#look(node);
    if (typeof found === 'string') return undefined;
    this.#found.set(node, found);
    return found;
  }

  #whyNot(node: string): string {
    const found = this.#look(node);
    return typeof found === 'string' ? found : 'its process has just been started';
  }

  #look(node: string): FoundProcess | string {
    const { client, monitor } = this.#node(node);
    return findServer(portOf(client), portOf(monitor));
  }

  async #shows(node: string, state: ProcessState): Promise<void> {
    await until(async () => (await this.state(node)) === state, {
      timeoutMs: SHOWN_MS,
      everyMs: 5,
      what: `${node} (on ${hostOf(this.#node(node).client)}) to be ${state}`,
    });
  }
}
