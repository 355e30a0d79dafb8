import { size, Type } from '../support/schema.ts';
import { truncation } from './damage-choice.ts';
import { damageFault } from './damage-fault.ts';
import { fileCountField } from './fields.ts';

export const truncate = damageFault<{ count?: number; cut?: number }>({
  kind: 'truncate',
  summary: 'Cuts the ends off store files of nodes that are stopped for it, and starts them again',
  description: 'Cuts the end off store files: each node is stopped gracefully, damaged, and started again.',
  fields: {
    count: fileCountField('one'),
    cut: Type.Optional(size('How much is cut off the end of each; left out: a random share.')),
  },
  count: (options) => options.count ?? 1,
  strikes: (file) => file.sizeBytes > 0,
  damage: (file, options, random) => truncation(file.sizeBytes, options.cut, random),
});
