import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Ratio } from '../../support/units.ts';
import type { Way } from '../link-control.ts';
import type { LinkPackets, PacketCount, Packets } from '../packets.ts';
import {
  addRules,
  clearRules,
  countedRulesOf,
  named,
  RESTORING,
  transaction,
  type Namespace,
  type Rule,
} from './packet-filter.ts';
import { systemCommand } from './system-command.ts';
import { HOST } from './topology.ts';

/** Where the kernel meets the packets of one link: they go to and from the port of its proxy. */
export interface Gate {
  namespace: Namespace;
  port: number;
}

export interface PacketLossOptions {
  /** How the marks of all rules of the run begin. */
  mark(): string;
  /** @throws ChaosError when it is on another machine */
  gateOf(link: string): Promise<Gate>;
  /** All those that proxies are in just now. */
  namespaces(): Promise<Namespace[]>;
  /**
   * For rules that outlive what is in the run's folder: a place there, by which whoever is just making them is found, and
   * ended, when the runner has died.
   */
  readonly fileFor?: (mark: string) => string;
}

/** Has the kernel drop packets at random by rules of its packet filter, each with one before it that only counts. */
export class PacketLoss implements Packets {
  readonly #options: PacketLossOptions;
  /** Link → the faults that drop its packets. */
  readonly #owners = new Map<string, Set<string>>();

  constructor(options: PacketLossOptions) {
    this.#options = options;
  }

  async drop(ways: Record<string, Way>, fault: string, share: Ratio): Promise<void> {
    const mark = this.#markOf(fault);
    const rules = new Map<Namespace, Rule[]>();
    const struck = await Promise.all(
      Object.entries(ways).map(async ([link, way]) => ({ way, gate: await this.#options.gateOf(link) })),
    );
    for (const { way, gate } of struck) {
      const { namespace } = gate;
      rules.set(namespace, [...(rules.get(namespace) ?? []), ...rulesFor(gate, way, mark, share)]);
    }
    for (const link of Object.keys(ways))
      this.#owners.set(link, (this.#owners.get(link) ?? new Set()).add(fault));
    for (const [namespace, all] of rules) await addRules(namespace, all, this.#options.fileFor?.(mark));
  }

  async release(fault: string): Promise<void> {
    for (const namespace of await this.#options.namespaces())
      await clearRules(namespace, this.#markOf(fault));
    // Only now, so that what has failed is done when it is tried again.
    for (const faults of this.#owners.values()) faults.delete(fault);
  }

  async look(links: readonly string[], fault: string): Promise<Record<string, LinkPackets>> {
    const gates = await Promise.all(links.map((link) => this.#options.gateOf(link)));
    const rules = new Map<Namespace, Rule[]>();
    for (const namespace of new Set(gates.map((gate) => gate.namespace)))
      rules.set(namespace, await countedRulesOf(namespace, this.#markOf(fault)));
    return Object.fromEntries(
      links.map((link, i) => {
        const { namespace, port } = gates[i] ?? { namespace: 'own', port: 0 };
        const here = rules.get(namespace) ?? [];
        return [link, { out: countOf(here, '--dport', port), back: countOf(here, '--sport', port) }];
      }),
    );
  }

  owners(link: string): string[] {
    return [...(this.#owners.get(link) ?? [])];
  }

  #markOf(fault: string): string {
    return `${this.#options.mark()}${fault.replaceAll(/[^\w]/g, '-')}.`;
  }
}

/**
 * Tries, where it meets no packet, whether the kernel takes such rules.
 *
 * @throws ChaosError `unavailable`
 */
export async function demandPacketLoss(): Promise<void> {
  const trial = ([1, 'own'] as const).flatMap((namespace) =>
    rulesFor({ namespace, port: 1 }, 'both', 'nats-chaos', 0.5),
  );
  try {
    // The namespace goes with the command.
    await systemCommand('unshare', ['-n', 'iptables-restore', ...RESTORING], transaction('-I', trial));
  } catch (error) {
    throw new ChaosError(
      'unavailable',
      `the kernel of this machine does not drop packets at random: ${messageOf(error)}`,
      { hint: 'leave packet-loss out', cause: error },
    );
  }
}

/** As they are put in: the last is met first. */
function rulesFor({ namespace, port }: Gate, way: Way, mark: string, share: Ratio): Rule[] {
  const inside = namespace !== 'own';
  const random = ['-m', 'statistic', '--mode', 'random', '--probability', share.toFixed(10)];
  const ways: { [one in Exclude<Way, 'both'>]: string[] } = {
    out: ['INPUT', ...(inside ? [] : ['-i', 'lo', '-d', HOST]), '-p', 'tcp', '--dport', String(port)],
    // What comes out of a container is met as it leaves; here, where both ends are, all of it is met as it arrives.
    back: inside
      ? ['OUTPUT', '-p', 'tcp', '--sport', String(port)]
      : ['INPUT', '-i', 'lo', '-s', HOST, '-p', 'tcp', '--sport', String(port)],
  };
  return (['out', 'back'] as const)
    .filter((one) => way === one || way === 'both')
    .flatMap((one) => {
      const target = inside && one === 'back' ? LOSE_LEAVING : ['-j', 'DROP'];
      return [
        [...ways[one], ...named(`${mark}lost`), ...random, ...target],
        [...ways[one], ...named(`${mark}seen`)],
      ];
    });
}

/**
 * A sender is told when its packet is dropped on leaving, and sends it again at once: that is no loss. It is not told of
 * packets for a program that is to decide about them, and those are dropped as well while there is no such program.
 */
const LOSE_LEAVING = ['-j', 'NFQUEUE', '--queue-num', '65535'];

/** Null when there is no rule; of two that belong together, one that somebody has taken out counts nothing. */
function countOf(rules: readonly Rule[], which: '--dport' | '--sport', port: number): PacketCount | null {
  const mine = rules.filter((rule) => rule[rule.indexOf(which) + 1] === String(port));
  if (mine.length === 0) return null;
  return {
    seen: packetsOf(mine.find((rule) => !rule.includes('-j'))),
    dropped: packetsOf(mine.find((rule) => rule.includes('-j'))),
  };
}

function packetsOf(rule: Rule | undefined): number {
  return rule === undefined ? 0 : Number(rule[rule.indexOf('-c') + 1]);
}
