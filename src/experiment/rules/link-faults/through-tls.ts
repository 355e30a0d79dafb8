import { faultsOfMethod } from '../../resolve/faults-of.ts';
import type { Inventory } from '../../resolve/inventory.ts';
import { field, itemsOf, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/** Faults that are proven by what servers say in plain text, or by how they take a long line of it. */
const NEED_PLAIN_TEXT = ['bandwidth', 'limit-data', 'slicer', 'slow-close'];

export const throughTls: ExperimentRule = {
  name: 'link-faults/through-tls',
  demand: 'A fault on links with TLS is one that can be proven there.',
  check({ value, inventory, complaints }) {
    for (const { fault, at } of faultsOfMethod(value)) {
      const listeners = listenersWithTls(fault, inventory);
      if (listeners.length === 0) continue;
      const where = `${inventory.name} has TLS for ${listeners.join(' and ')}`;
      const kind = textOf(field(fault, 'kind')) ?? '';
      if (NEED_PLAIN_TEXT.includes(kind)) {
        complaints.error(`${at}/kind`, `${kind} is proven by plain text on the link, and ${where}`);
        continue;
      }
      const direction = textOf(field(fault, 'direction'));
      if (direction !== 'forward' && direction !== 'backward') continue;
      complaints.error(
        `${at}/direction`,
        `one direction alone cannot be proven through TLS, where nothing is sent unasked, and ${where}: expected both`,
      );
    }
  },
};

/** The listeners with TLS at the end of the links between the two sides of a fault. */
function listenersWithTls(fault: unknown, { services, tls }: Inventory): string[] {
  const [left = [], right = []] = itemsOf(field(fault, 'between')).map((side) => [side].flat().map(String));
  if (left.length === 0 || right.length === 0) return [];
  const clusters = (side: readonly string[]): string[] => side.map((end) => end.split('/')[0] ?? '');
  const listeners = new Set<string>();
  const add = (listener: string, ...ends: string[]): void => {
    if (ends.some((end) => tls.get(end)?.includes(listener))) listeners.add(listener);
  };
  for (const one of clusters(left)) {
    for (const other of clusters(right)) {
      if (services.has(one) && services.has(other)) continue;
      if ([one, other].some((end) => end === 'clients' || services.has(end))) add('clients', one, other);
      else if (one === other) add('routes', one);
      else for (const between of ['leafnodes', 'gateways']) add(between, one, other);
    }
  }
  return [...listeners];
}
