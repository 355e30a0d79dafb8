import { conditionsOf } from '../../resolve/conditions-of.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

const MIRROR_PROBES = ['mirror-lag', 'mirror-state'];

export const mirrorProbes: ExperimentRule = {
  name: 'conditions/mirror-probes',
  demand: 'A probe of mirrors reads a stream that is one.',
  check({ value, inventory, complaints }) {
    for (const { item, at } of conditionsOf(value)) {
      const kind = textOf(field(item, 'kind')) ?? '';
      const address = textOf(field(item, 'stream')) ?? '';
      const stream = inventory.streams.get(address);
      if (!MIRROR_PROBES.includes(kind) || !stream || stream.mirror !== undefined) continue;
      const mirrors = [...inventory.streams]
        .filter(([, one]) => one.mirror === address)
        .map(([name]) => name);
      const meant = mirrors.length === 0 ? '' : `; its mirrors: ${mirrors.join(', ')}`;
      complaints.error(`${at}/stream`, `${address} is not a mirror, and ${kind} reads mirrors${meant}`);
    }
  },
};
