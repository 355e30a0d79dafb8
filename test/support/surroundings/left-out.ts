import { inject } from 'vitest';
import type { GroupName } from './groups.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Groups of tests that cannot run on this machine. */
    leftOut: readonly string[];
  }
}

/** Whether the tests of a group have to be skipped here; the closing table says why. */
export function isLeftOut(group: GroupName): boolean {
  return inject('leftOut').includes(group);
}
