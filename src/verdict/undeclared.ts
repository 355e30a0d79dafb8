import { SERVER_ASSERTION } from './server-assertion.ts';
import { SERVER_CRASH } from './server-crash.ts';

/** Whether a finding is of a check that no experiment declares: of servers that end, or violate their own assertions. */
export function isUndeclared({ check }: { check: string }): boolean {
  return check === SERVER_CRASH || check === SERVER_ASSERTION;
}
