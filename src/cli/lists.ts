/** What `chaos list` can show, in its order. */
export const LISTS = [
  'experiments',
  'environments',
  'faults',
  'actions',
  'probes',
  'workloads',
  'checks',
] as const;

export type ListName = (typeof LISTS)[number];
