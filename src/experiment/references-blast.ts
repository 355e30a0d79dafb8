import { actions } from '../actions/index.ts';
import { faults } from '../faults/index.ts';
import type { Complaints } from './complaints.ts';
import { windowsOf } from './fault-windows.ts';
import type { PlacedFault } from './faults-of.ts';
import type { Inventory } from './inventory.ts';
import { field, itemsOf, numberOf, textOf, textsOf } from './lenient.ts';
import { NodesDown } from './nodes-down.ts';
import { scenariosOf } from './scenarios.ts';

/**
 * Whether faults that are in force at one moment, by the clock, and the action that is performed just then are sure to
 * take more nodes down than is allowed: with those kept from phases before, and whatever is chosen where there is a
 * choice.
 */
export function checkBlastRadius(value: unknown, inventory: Inventory, complaints: Complaints): void {
  const method = itemsOf(field(value, 'method'));
  const allowed = numberOf(field(value, 'maxNodesDown'));
  // What many scenarios and moments show alike is told once.
  const told = new Set<string>();
  const tell = (at: string, problems: readonly string[]): void => {
    for (const problem of problems) {
      if (!told.has(at)) complaints.error(at, problem);
      told.add(at);
    }
  };
  const down = (faults: readonly PlacedFault[]): NodesDown => {
    const nodes = new NodesDown(inventory, allowed);
    for (const { fault } of faults) nodes.add(textsOf(field(fault, 'nodes')));
    return nodes;
  };
  for (const phases of scenariosOf(method)) {
    const kept: PlacedFault[] = [];
    phases.forEach((placed, i) => {
      const phase = method[i];
      const striking = placed.filter(({ fault }) => takesNodesDown(fault));
      for (const moment of momentsOf(striking, phase)) {
        const now = down(kept);
        for (const { fault, at } of striking.filter((one) => isInForce(one, phase, moment))) {
          tell(`${at}/nodes`, now.add(textsOf(field(fault, 'nodes'))));
        }
      }
      // Actions are done while what strikes before the clock is in force, and before anything else strikes.
      const before = striking.filter(({ fault }) => field(fault, 'after') === undefined);
      itemsOf(field(phase, 'actions')).forEach((action, j) => {
        for (const [name, problems] of actionProblems(action, down([...kept, ...before]))) {
          tell(`/method/${i}/actions/${j}/${name}`, problems);
        }
      });
      kept.push(...striking.filter(({ fault }) => field(fault, 'keep') === true));
    });
  }
}

function takesNodesDown(fault: unknown): boolean {
  const kind = textOf(field(fault, 'kind'));
  return faults.some((one) => one.kind === kind && one.takesNodesDown === true);
}

/** When something strikes: at no other moment are more faults in force than before. */
function momentsOf(striking: readonly PlacedFault[], phase: unknown): number[] {
  const starts = striking.flatMap(({ fault }) => windowsOf(fault, phase).map(({ from }) => from));
  return [...new Set(starts)].sort((a, b) => a - b);
}

function isInForce({ fault }: PlacedFault, phase: unknown, moment: number): boolean {
  return windowsOf(fault, phase).some(({ from, to }) => from <= moment && moment < to);
}

/** By the field that names the nodes. */
function actionProblems(action: unknown, down: NodesDown): [string, string[]][] {
  const kind = textOf(field(action, 'kind'));
  const how = actions.find((one) => one.kind === kind)?.takesNodesDown?.(action);
  if (how === undefined) return [];
  return ['nodes', 'node', 'cluster'].map((name) => {
    const named = textsOf(field(action, name));
    const addresses = name === 'cluster' ? named.map((cluster) => `${cluster}@all`) : named;
    return [name, how === 'one-by-one' ? down.addingEach(addresses) : down.add(addresses)];
  });
}
