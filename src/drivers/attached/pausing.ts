import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { NodeInfo, Pausing, ProcessState } from '../driver.ts';
import { hostOf, portOf } from '../../support/addresses.ts';
import { findServer, signal, stateOf, type AttachedProcess } from './attached-process.ts';
import { resumeRecord } from './resume.ts';

const SHOWN_MS = 5_000;

/** Pauses and resumes servers of this machine that the runner did not start. */
export class AttachedServers implements Pausing {
  readonly #node: (address: string) => NodeInfo;
  readonly #journal: (record: UndoRecord) => void;
  readonly #processes = new Map<string, AttachedProcess>();

  /** @param node information about a node; throws for an unknown node */
  constructor(node: (address: string) => NodeInfo, journal: (record: UndoRecord) => void) {
    this.#node = node;
    this.#journal = journal;
  }

  state(node: string): Promise<ProcessState> {
    const server = this.#processOf(node);
    return Promise.resolve(server === undefined ? 'down' : stateOf(server));
  }

  async pause(node: string): Promise<void> {
    const server = this.#processOf(node);
    if (server === undefined) throw new ChaosError('failed', `${node}: ${this.#whyNot(node)}`);
    // A replay knows no nodes, so the record names the process itself, by its id and its start.
    this.#journal(resumeRecord(node, server));
    signal(server, 'SIGSTOP');
    await this.#shows(node, 'paused');
  }

  async resume(node: string): Promise<void> {
    const server = this.#processes.get(node);
    if (server === undefined || !signal(server, 'SIGCONT')) return;
    await this.#shows(node, 'running');
  }

  /** A server that its supervisor has restarted is another process. */
  #processOf(node: string): AttachedProcess | undefined {
    const known = this.#processes.get(node);
    if (known !== undefined && stateOf(known) !== 'down') return known;
    const server = this.#find(node);
    if (typeof server === 'string') return undefined;
    this.#processes.set(node, server);
    return server;
  }

  #whyNot(node: string): string {
    const server = this.#find(node);
    return typeof server === 'string' ? server : 'its process has just been started';
  }

  #find(node: string): AttachedProcess | string {
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
