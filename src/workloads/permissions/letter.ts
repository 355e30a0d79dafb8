import { identityOf } from '../../support/message-body.ts';

/** A message of a workload: who sent it, and on which subject. */
export interface Letter {
  serial: number;
  account: string;
  user: string;
  subject: string;
}

/** Writes and reads the messages of one workload of one run. */
export class Letters {
  readonly #runId: string;
  readonly #workload: string;
  #last = 0;

  constructor(runId: string, workload: string) {
    this.#runId = runId;
    this.#workload = workload;
  }

  /** The number of the last message written. */
  get last(): number {
    return this.#last;
  }

  write({ account, user, subject }: Omit<Letter, 'serial'>): { serial: number; body: Uint8Array } {
    const serial = ++this.#last;
    const identity = identityOf(this.#runId, this.#workload, serial);
    return { serial, body: Buffer.from([identity, account, user, subject].join('\n')) };
  }

  /** Undefined for a message of others. */
  read(body: Uint8Array): Letter | undefined {
    const [identity = '', account, user, subject] = Buffer.from(body).toString().split('\n');
    const prefix = identityOf(this.#runId, this.#workload, 0).slice(0, -1);
    const serial = Number(identity.slice(prefix.length));
    if (!identity.startsWith(prefix) || !Number.isSafeInteger(serial)) return undefined;
    if (account === undefined || user === undefined || subject === undefined) return undefined;
    return { serial, account, user, subject };
  }
}
