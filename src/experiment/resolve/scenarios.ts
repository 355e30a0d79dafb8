import { faultsIn, type PlacedFault } from './faults-of.ts';
import { field, itemsOf, numberOf } from '../source/lenient.ts';

/** Scenarios beyond these are not checked beforehand; the run checks the one that it carries out. */
const MOST_SCENARIOS = 500;

/** Every way in which a method may go: for each of its phases, the faults that may be chosen together. */
export function scenariosOf(method: readonly unknown[]): PlacedFault[][][] {
  let scenarios: PlacedFault[][][] = [[]];
  method.forEach((phase, i) => {
    let variants: PlacedFault[][] = [[]];
    itemsOf(field(phase, 'faults')).forEach((item, j) => {
      variants = pairs(variants, selectionsOf(item, `/method/${i}/faults/${j}`), (chosen, more) => [
        ...chosen,
        ...more,
      ]);
    });
    scenarios = pairs(scenarios, variants, (scenario, chosen) => [...scenario, chosen]);
  });
  return scenarios;
}

function selectionsOf(item: unknown, at: string): PlacedFault[][] {
  const faults = faultsIn(item, at);
  return field(item, 'kind') === 'choose'
    ? combinations(faults, numberOf(field(item, 'count')) ?? 1)
    : [faults];
}

function pairs<A, B, C>(left: readonly A[], right: readonly B[], join: (a: A, b: B) => C): C[] {
  const joined: C[] = [];
  for (const a of left) {
    for (const b of right) {
      if (joined.length === MOST_SCENARIOS) return joined;
      joined.push(join(a, b));
    }
  }
  return joined;
}

function combinations<T>(items: readonly T[], count: number): T[][] {
  const [first, ...rest] = items;
  if (count <= 0) return [[]];
  if (first === undefined) return [];
  const withFirst = combinations(rest, count - 1).map((one) => [first, ...one]);
  return [...withFirst, ...combinations(rest, count)];
}
