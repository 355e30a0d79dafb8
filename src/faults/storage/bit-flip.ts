import { defaulted, Type } from '../../support/schema.ts';
import { bitFlips } from './damage-choice.ts';
import { damageFault } from './damage-fault.ts';
import { fileCountField } from '../fields.ts';

export const bitFlip = damageFault<{ count?: number; bits: number }>({
  kind: 'bit-flip',
  summary: 'Flips bits in store files of nodes that are stopped for it, and starts them again',
  proof:
    'Every node runs again on files that are not what they were: the SHA-256 of each is taken just before and just after its bits are flipped.',
  example: '{ kind: bit-flip, nodes: qa1a/qa@follower, stream: qa1a/qa, files: index }',
  description:
    'Flips random bits in store files: each node is stopped gracefully, damaged, and started again.',
  fields: {
    count: fileCountField('one'),
    bits: defaulted(
      Type.Integer({ minimum: 1, maximum: 1024, description: 'How many bits of each file are flipped.' }),
      1,
    ),
  },
  count: (options) => options.count ?? 1,
  canDamage: (file) => file.sizeBytes > 0,
  damage: (file, options, random) => bitFlips(file.sizeBytes, options.bits, random),
});
