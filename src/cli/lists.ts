/** What `chaos list` can show, in its order. */
export const LISTS = [
  'experiments',
  'spaces',
  'environments',
  'faults',
  'actions',
  'probes',
  'workloads',
  'checks',
] as const;

export type ListName = (typeof LISTS)[number];

/** Where experiments that have a name are, and in folders below it: in the working directory and in that of the program. */
export const EXPERIMENT_FOLDER = 'experiments';
