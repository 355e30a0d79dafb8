import { damageFault } from './damage-fault.ts';
import { fileCountField } from './fields.ts';

export const deleteFiles = damageFault<{ count?: number }>({
  kind: 'delete-files',
  summary: 'Deletes store files of nodes that are stopped for it, and starts them again',
  description: 'Deletes store files: each node is stopped gracefully, damaged, and started again.',
  fields: { count: fileCountField('all') },
  count: (options) => options.count ?? 'all',
  strikes: () => true,
  damage: () => ({ kind: 'delete' }),
});
