import { mayCross, type AccountRights } from '../../nats/accounts/crossings.ts';
import type { Connection } from '../../nats/connect.ts';
import { watchLink, type LinkState } from '../../nats/link-state.ts';
import type { WorkloadContext } from '../workload.ts';
import type { Letter, Letters } from './letter.ts';

/** A connection in an account that may see everything, to one server. */
export interface Witness {
  account: string;
  connection: Connection;
  link: LinkState;
}

export interface WitnessesOptions {
  accounts: readonly AccountRights[];
  /** `cluster/node` of every server. */
  nodes: readonly string[];
  /** What is watched, without wildcards. */
  subjects: readonly string[];
  letters: Letters;
  /** Told of a message that arrived in an account that it must not reach. */
  readonly crossed: (letter: Letter, account: string) => void;
}

/** One witness for each account and server: whatever any of them sees of a foreign account has crossed. */
export class Witnesses {
  readonly all: readonly Witness[];
  readonly #byServer = new Map<string, Witness[]>();
  /** Number of a message whose arrival is waited for → the accounts in which it has arrived. */
  readonly #arrivals = new Map<number, Set<string>>();
  readonly #options: WitnessesOptions;

  static async open(ctx: WorkloadContext, options: WitnessesOptions): Promise<Witnesses> {
    const opening = options.nodes.flatMap((node) =>
      options.accounts.map(async ({ name: account }) => {
        const connection = await ctx.connect({
          name: `${ctx.name} witness ${account}`,
          node,
          as: { account },
        });
        return { node, account, connection, link: watchLink(connection) };
      }),
    );
    const opened = await Promise.allSettled(opening);
    const there = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = opened.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(there.map(({ connection }) => connection.close()));
      throw failed.reason;
    }
    return new Witnesses(there, options);
  }

  private constructor(all: readonly (Witness & { node: string })[], options: WitnessesOptions) {
    this.#options = options;
    this.all = all;
    for (const { node, ...witness } of all) {
      const server = node.split('/').at(-1) ?? node;
      this.#byServer.set(server, [...(this.#byServer.get(server) ?? []), witness]);
      for (const subject of options.subjects)
        witness.connection.subscribe(subject, {
          callback: (error, { data }) => {
            if (error === null) this.#see(data, witness.account);
          },
        });
    }
  }

  /** Those at one server, one for each account; undefined while one of them has no connection. */
  at(server: string | undefined): readonly Witness[] | undefined {
    const there = this.#byServer.get(server ?? '');
    return there?.every(({ link }) => link.connected) === true ? there : undefined;
  }

  expect(serial: number): void {
    this.#arrivals.set(serial, new Set());
  }

  /** The accounts in which a message has arrived; from now on it is not waited for. */
  take(serial: number): ReadonlySet<string> {
    const arrived = this.#arrivals.get(serial) ?? new Set();
    this.#arrivals.delete(serial);
    return arrived;
  }

  /** Whether a message may arrive in an account. */
  belongs({ account: from, subject }: Letter, account: string): boolean {
    return from === account || mayCross(this.#options.accounts, from, subject).has(account);
  }

  #see(body: Uint8Array, account: string): void {
    const letter = this.#options.letters.read(body);
    if (letter === undefined) return;
    this.#arrivals.get(letter.serial)?.add(account);
    if (!this.belongs(letter, account)) this.#options.crossed(letter, account);
  }
}
