import type { Environment } from '../schema/environment.ts';

type Declared = Pick<Environment, 'links'>;
type Item = Exclude<Environment['links'], string>[number];
/** A link between two clusters; a leafnode link of several accounts is one for each. */
export type Joint = Exclude<Item, { kind: 'all' }>;

/** The links between clusters, each with its place in the file's list. */
export function jointsOf({ links }: Declared): (Joint & { index: number })[] {
  if (links === 'all') return [];
  return links.flatMap((link, index): (Joint & { index: number })[] => {
    if (link.kind === 'all') return [];
    if (link.kind === 'gateway' || link.accounts === undefined) return [{ ...link, index }];
    const { accounts, ...rest } = link;
    return accounts.map((account) => ({ ...rest, account, index }));
  });
}

/** Whether every link is to be under control, whatever an experiment does. */
export function controlsEveryLink({ links }: Declared): boolean {
  return links === 'all' || links.some(({ kind }) => kind === 'all');
}
