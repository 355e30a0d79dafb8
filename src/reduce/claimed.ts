import { at, isObject, placesIn, type Pair, type Place } from './pair.ts';
import { inPhases, phases } from './places.ts';
import type { Signature } from './signature.ts';

/**
 * Whether a pair still makes a claim that can fail in the way of a signature: one that does not cannot show it, and need not
 * be run. What fails without any claim, as a server that ends by itself does, may always show.
 *
 * @param whole shows the failure
 */
export function stillClaims({ failure }: Signature, whole: Pair): (pair: Pair) => boolean {
  const of = claimsOf(failure);
  // A claim that is not found in it is not understood: nothing can be said then.
  if (of === undefined || of(whole) === 0) return () => true;
  return (pair) => of(pair) > 0;
}

/** How many claims of a pair may be the one that did not hold. */
function claimsOf(failure: string): ((pair: Pair) => number) | undefined {
  const [kind, ...rest] = failure.split(' ');
  const what = rest.join(' ');
  const listed = (list: string, field: string, isIt: (value: string) => boolean) => (pair: Pair) =>
    placesIn(pair, ['experiment', list]).filter((place) => isIt(textAt(pair, place, field))).length;
  if (kind === 'check') return listed('checks', 'kind', (check) => check === rest[0]);
  if (kind === 'threshold')
    return listed('thresholds', 'metric', (metric) => what.startsWith(`${metric} of `));
  if (kind === 'expectation') return (pair) => inPhases(pair, 'expect').length;
  if (kind === 'not-steady-after') return (pair) => placesIn(pair, ['experiment', 'steadyState']).length;
  if (kind === 'out-of-time')
    return (pair) => phases(pair).filter((place) => textAt(pair, place, 'phase') === what).length;
  return undefined;
}

function textAt(pair: Pair, place: Place, field: string): string {
  const item = at(pair, place);
  return isObject(item) && field in item ? String((item as Record<string, unknown>)[field]) : '';
}
