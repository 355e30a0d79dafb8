import type { ServiceSpec } from '../spec.ts';

/**
 * Services in the order in which they are started: those of one step at the same time, each after all that it depends on.
 *
 * @throws RangeError for a circle, which the rules of environments refuse
 */
export function startOrder<S extends Pick<ServiceSpec, 'name' | 'dependsOn'>>(services: readonly S[]): S[][] {
  const steps: S[][] = [];
  let rest = [...services];
  while (rest.length > 0) {
    const waiting = new Set(rest.map(({ name }) => name));
    const next = rest.filter(({ dependsOn }) => !dependsOn.some((other) => waiting.has(other)));
    if (next.length === 0) throw new RangeError(`${[...waiting].join(', ')} depend on each other`);
    steps.push(next);
    rest = rest.filter((one) => !next.includes(one));
  }
  return steps;
}
