import { damageFault } from './damage-fault.ts';
import { fileCountField } from '../fields.ts';

export const deleteFiles = damageFault<{ count?: number }>({
  kind: 'delete-files',
  summary: 'Deletes store files of nodes that are stopped for it, and starts them again',
  proof: 'Every node runs again without the files: each was there just before, and is not there just after.',
  example: '{ kind: delete-files, nodes: qa1a/qa@follower, stream: qa1a/qa, files: index }',
  description: 'Deletes store files: each node is stopped gracefully, damaged, and started again.',
  fields: { count: fileCountField('all') },
  count: (options) => options.count ?? 'all',
  canDamage: () => true,
  damage: () => ({ kind: 'delete' }),
});
