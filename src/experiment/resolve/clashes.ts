import type { Complaints } from '../source/complaints.ts';
import { field } from '../source/lenient.ts';
import type { Pointer } from '../source/pointer.ts';

/** Settings of one stream or consumer that the server refuses together. */
export interface Clash {
  /** The field that the problem is shown at. */
  at: string;
  when: (has: Has) => boolean;
  says: string;
}

/** Whether a field is stated, as one of these values if some are given; `default` stands for the one left out. */
export type Has = (name: string, ...values: unknown[]) => boolean;

/** @param defaults what fields mean that are left out */
export function complainOfClashes(
  asset: unknown,
  pointer: Pointer,
  clashes: readonly Clash[],
  defaults: Readonly<Record<string, unknown>>,
  complaints: Complaints,
): void {
  const has: Has = (name, ...values) => {
    const value = field(asset, name);
    if (values.length > 0) return values.includes(value ?? defaults[name]);
    return value !== undefined && value !== false;
  };
  for (const { at, when, says } of clashes) {
    if (when(has))
      complaints.error(field(asset, at) === undefined ? pointer : `${pointer}/${at}`, says, 'key');
  }
}
