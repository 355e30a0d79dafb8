import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Ratio } from '../../support/units.ts';
import type { LinkDirection } from '../capabilities/link-control.ts';
import type { LinkPackets, PacketCount, Packets } from '../capabilities/packets.ts';
import {
  addRules,
  clearRules,
  countedRulesOf,
  faultMark,
  named,
  RESTORING,
  transaction,
  type Namespace,
  type Rule,
} from './packet-filter.ts';
import { systemCommand } from '../system/command.ts';
import { HOST } from '../servers/topology.ts';

/** Where the kernel sees the packets of one link: they go to and from the port of its proxy. */
export interface Gate {
  namespace: Namespace;
  port: number;
}

export interface PacketLossOptions {
  /** The beginning of the marks of all rules of the run. */
  mark(): string;
  /** @throws ChaosError when the proxy is on another machine */
  gateOf(link: string): Promise<Gate>;
  /** All namespaces that have proxies now. */
  namespaces(): Promise<Namespace[]>;
  /**
   * A file in the run's folder for the rules of a mark. A process that still adds rules after the runner died names
   * this file, so it is found and ended. Left out: the rules need no such file.
   */
  readonly fileFor?: (mark: string) => string;
}

/**
 * Makes the kernel drop packets at random, by rules of its packet filter. Before each rule is another one that only
 * counts.
 */
export class PacketLoss implements Packets {
  readonly #options: PacketLossOptions;
  /** Link → the faults that drop its packets. */
  readonly #owners = new Map<string, Set<string>>();

  constructor(options: PacketLossOptions) {
    this.#options = options;
  }

  async drop(directions: Record<string, LinkDirection>, fault: string, share: Ratio): Promise<void> {
    const mark = this.#markOf(fault);
    const rules = new Map<Namespace, Rule[]>();
    const affected = await Promise.all(
      Object.entries(directions).map(async ([link, direction]) => ({
        direction,
        gate: await this.#options.gateOf(link),
      })),
    );
    for (const { direction, gate } of affected) {
      const { namespace } = gate;
      rules.set(namespace, [...(rules.get(namespace) ?? []), ...rulesFor(gate, direction, mark, share)]);
    }
    for (const link of Object.keys(directions))
      this.#owners.set(link, (this.#owners.get(link) ?? new Set()).add(fault));
    for (const [namespace, all] of rules) await addRules(namespace, all, this.#options.fileFor?.(mark));
  }

  async release(fault: string): Promise<void> {
    for (const namespace of await this.#options.namespaces())
      await clearRules(namespace, this.#markOf(fault));
    // Only now, so that a failed release is tried again.
    for (const faults of this.#owners.values()) faults.delete(fault);
  }

  async observe(links: readonly string[], fault: string): Promise<Record<string, LinkPackets>> {
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
    return faultMark(this.#options.mark(), fault);
  }
}

/**
 * Checks whether the kernel accepts such rules, in an empty network namespace.
 *
 * @throws ChaosError `unavailable`
 */
export async function demandPacketLoss(): Promise<void> {
  const trial = ([1, 'own'] as const).flatMap((namespace) =>
    rulesFor({ namespace, port: 1 }, 'both', 'nats-chaos', 0.5),
  );
  try {
    // The namespace ends with the command.
    await systemCommand('unshare', ['-n', 'iptables-restore', ...RESTORING], transaction('-I', trial));
  } catch (error) {
    throw new ChaosError(
      'unavailable',
      `the kernel of this machine does not drop packets at random: ${messageOf(error)}`,
      { hint: 'leave packet-loss out', cause: error },
    );
  }
}

/** In the order of insertion: packets meet the last rule first. */
function rulesFor({ namespace, port }: Gate, direction: LinkDirection, mark: string, share: Ratio): Rule[] {
  const inside = namespace !== 'own';
  const random = ['-m', 'statistic', '--mode', 'random', '--probability', share.toFixed(10)];
  const directions: { [one in Exclude<LinkDirection, 'both'>]: string[] } = {
    out: ['INPUT', ...(inside ? [] : ['-i', 'lo', '-d', HOST]), '-p', 'tcp', '--dport', String(port)],
    // Packets from a container are filtered when they leave it; on this machine, which has both ends, when they arrive.
    back: inside
      ? ['OUTPUT', '-p', 'tcp', '--sport', String(port)]
      : ['INPUT', '-i', 'lo', '-s', HOST, '-p', 'tcp', '--sport', String(port)],
  };
  return (['out', 'back'] as const)
    .filter((one) => direction === one || direction === 'both')
    .flatMap((one) => {
      const target = inside && one === 'back' ? LOSE_LEAVING : ['-j', 'DROP'];
      return [
        [...directions[one], ...named(`${mark}lost`), ...random, ...target],
        [...directions[one], ...named(`${mark}seen`)],
      ];
    });
}

/**
 * The kernel tells a sender when its packet is dropped on output, and the sender sends it again at once: that is no
 * loss. It does not tell the sender about packets that are queued for a program (NFQUEUE), and it drops those when
 * there is no such program.
 */
const LOSE_LEAVING = ['-j', 'NFQUEUE', '--queue-num', '65535'];

/** Null when there is no rule. If one rule of a pair was removed by somebody else, its count is 0. */
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
