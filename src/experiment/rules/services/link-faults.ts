import type { Inventory } from '../../resolve/inventory.ts';
import { faultsOfMethod } from '../../resolve/faults-of.ts';
import { serviceOf } from '../../resolve/services.ts';
import { field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/** Faults that are proven by nothing but a question and its answer, or by the kernel. */
const PROVABLE = ['partition', 'isolate', 'latency', 'flap', 'packet-loss'];

export const serviceLinkFaults: ExperimentRule = {
  name: 'services/link-faults',
  demand: 'A fault on links between services is one that can be proven without knowing their protocol.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const kind = textOf(field(fault, 'kind')) ?? '';
      if (kind === 'isolate') {
        const alone = textsOf(field(fault, 'nodes')).find((address) => isUnlinked(address, inventory));
        if (alone !== undefined)
          complaints.error(
            `${at}/nodes`,
            `${alone} has no links, so there is nothing to cut; expected \`links\` in the environment`,
          );
        continue;
      }
      const [left, right] = itemsOf(field(fault, 'between')).map((side) =>
        servicesIn(textsOf(side), inventory),
      );
      const pair = left?.flatMap((one) =>
        (right ?? []).flatMap((other) => (linked(one, other, inventory) ? [[one, other]] : [])),
      )[0];
      if (pair === undefined) continue;
      const where = `${pair.join(' and ')} are services, whose protocol is not known`;
      if (!PROVABLE.includes(kind))
        complaints.error(
          `${at}/kind`,
          `${where}, so that ${kind} cannot be proven; expected one of ${PROVABLE.join(', ')}`,
        );
      const direction = textOf(field(fault, 'direction'));
      if (kind !== 'packet-loss' && (direction === 'forward' || direction === 'backward'))
        complaints.error(
          `${at}/direction`,
          `${where}, so that one direction alone cannot be proven; expected both`,
        );
    }
  },
};

function servicesIn(side: readonly string[], inventory: Inventory): string[] {
  return side.flatMap((address) => serviceOf(address, inventory) ?? []);
}

function linked(one: string, other: string, { services }: Inventory): boolean {
  const leads = (from: string, to: string): boolean =>
    services.get(from)?.links.some((link) => link.to === to) === true;
  return leads(one, other) || leads(other, one);
}

function isUnlinked(address: string, inventory: Inventory): boolean {
  const name = serviceOf(address, inventory);
  if (name === undefined) return false;
  const { services } = inventory;
  const isDialled = [...services.values()].some(({ links }) => links.some(({ to }) => to === name));
  return !isDialled && services.get(name)?.links.length === 0;
}
