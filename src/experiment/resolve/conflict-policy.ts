import { CONFLICT_POLICIES, type ConflictPolicy } from '../../faults/index.ts';
import { SHARE } from './addresses.ts';
import { field, textsOf } from '../source/lenient.ts';

const CHOICES: ReadonlySet<string | undefined> = new Set([
  'any',
  'follower',
  'replica',
  'minority',
  'majority',
]);

/**
 * What happens to a fault when it meets another one: what its `onConflict` says, or else a default that depends on how
 * it names its nodes and whether it repeats.
 */
export function conflictPolicyOf(fault: unknown): ConflictPolicy {
  const said = field(fault, 'onConflict');
  const policy = CONFLICT_POLICIES.find((one) => one === said);
  if (policy !== undefined) return policy;
  const repeats = field(fault, 'every') !== undefined;
  return repeats || textsOf(field(fault, 'nodes')).some(leavesChoice) ? 'skip' : 'end';
}

/** Whether an address can mean more than one set of nodes at one moment. */
function leavesChoice(address: string): boolean {
  const [, role] = address.split('@');
  return CHOICES.has(role) || SHARE.test(role ?? '');
}
