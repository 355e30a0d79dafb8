import { size, Type } from '../../support/schema.ts';
import { truncation } from './damage-choice.ts';
import { damageFault } from './damage-fault.ts';
import { fileCountField } from '../fields.ts';

export const truncate = damageFault<{ count?: number; cut?: number }>({
  kind: 'truncate',
  summary: 'Cuts the ends off store files of nodes that are stopped for it, and starts them again',
  proof:
    'Every node runs again on files that are not what they were: the SHA-256 of each is taken just before and just after its end is cut off.',
  example: '{ kind: truncate, nodes: qa1a/qa@follower, stream: qa1a/qa, files: blocks, cut: 64B }',
  description: 'Cuts the end off store files: each node is stopped gracefully, damaged, and started again.',
  fields: {
    count: fileCountField('one'),
    cut: Type.Optional(size('How much is cut off the end of each; left out: a random share.')),
  },
  count: (options) => options.count ?? 1,
  canDamage: (file) => file.sizeBytes > 0,
  damage: (file, options, random) => truncation(file.sizeBytes, options.cut, random),
});
