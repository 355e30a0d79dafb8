import { field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import type { EnvironmentRule } from '../rule.ts';

export const links: EnvironmentRule = {
  name: 'clusters/links',
  demand: 'A link joins two different clusters, and no two links of one kind and account join the same two.',
  check({ value, inventory, complaints }) {
    const seen = new Set<string>();
    itemsOf(field(value, 'links')).forEach((link, i) => {
      const gateway = field(link, 'kind') === 'gateway';
      const [a, b] = gateway ? itemsOf(field(link, 'between')) : [field(link, 'from'), field(link, 'to')];
      const from = textOf(a);
      const to = textOf(b);
      if (from === undefined || to === undefined) return;
      const pointer = `/links/${i}`;
      if (from === to) complaints.error(pointer, `this link joins ${from} with itself`);
      const ends = [from, to].sort().join(' and ');
      const several = textsOf(field(link, 'accounts'));
      const accounts =
        several.length > 0 ? several : [textOf(field(link, 'account')) ?? inventory.defaultAccount];
      const keys = (gateway ? [''] : accounts).map(
        (account) => `${String(field(link, 'kind'))} ${ends} ${account ?? ''}`,
      );
      if (keys.some((key) => seen.has(key)))
        complaints.error(pointer, `${ends} are joined by such a link already`);
      for (const key of keys) seen.add(key);
    });
  },
};
