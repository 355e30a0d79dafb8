import { actions } from '../../../actions/index.ts';
import { faults } from '../../../faults/index.ts';
import { conflictPolicyOf } from '../../resolve/conflict-policy.ts';
import { windowsOf } from '../../resolve/fault-windows.ts';
import type { PlacedFault } from '../../resolve/faults-of.ts';
import { NodesDown } from '../../resolve/nodes-down.ts';
import { scenariosOf } from '../../resolve/scenarios.ts';
import { field, itemsOf, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/**
 * Counted are the faults that are in force at one moment by the clock, those kept from earlier phases, and the action
 * that is performed at that moment; where there is a choice, every selection. A fault that is skipped or waits when it
 * meets another one only has to be possible at some time.
 */
export const blastRadius: ExperimentRule = {
  name: 'faults/blast-radius',
  demand: 'Faults and actions are not certain to take more nodes of a cluster down at once than is allowed.',
  check({ value, inventory, complaints }) {
    const method = itemsOf(field(value, 'method'));
    const allowed = numberOf(field(value, 'maxNodesDown'));
    // Many scenarios and moments show the same problem: it is reported once.
    const reported = new Set<string>();
    const report = (at: string, problems: readonly string[]): void => {
      for (const problem of problems) {
        if (!reported.has(at)) complaints.error(at, problem);
        reported.add(at);
      }
    };
    const down = (placed: readonly PlacedFault[]): NodesDown => {
      const nodes = new NodesDown(inventory, allowed);
      for (const { fault } of placed) nodes.add(textsOf(field(fault, 'nodes')));
      return nodes;
    };
    for (const phases of scenariosOf(method)) {
      const kept: PlacedFault[] = [];
      phases.forEach((placed, i) => {
        const phase = method[i];
        const relevant = placed.filter(({ fault }) => takesNodesDown(fault));
        const certain = relevant.filter(({ fault }) => conflictPolicyOf(fault) === 'end');
        const certainAt = (moment: number): PlacedFault[] =>
          certain.filter((one) => isInForce(one, phase, moment));
        for (const moment of injectionTimes(certain, phase)) {
          const now = down(kept);
          for (const { fault, at } of certainAt(moment)) {
            report(`${at}/nodes`, now.add(textsOf(field(fault, 'nodes'))));
          }
        }
        // A fault that gives way to others is wrong only where it could never be injected.
        for (const one of relevant.filter((other) => !certain.includes(other))) {
          const nodes = textsOf(field(one.fault, 'nodes'));
          const problems = chancesOf(one, certain, phase).map((moment) =>
            down([...kept, ...certainAt(moment)]).add(nodes),
          );
          if (problems.every((problem) => problem.length > 0)) report(`${one.at}/nodes`, problems[0] ?? []);
        }
        // Actions run while the faults that are injected before the clock starts are in force, and no others yet.
        const before = relevant.filter(({ fault }) => field(fault, 'after') === undefined);
        itemsOf(field(phase, 'actions')).forEach((action, j) => {
          // One by the clock waits for its turn.
          if (field(action, 'after') !== undefined) return;
          for (const [name, problems] of actionProblems(action, down([...kept, ...before]))) {
            report(`/method/${i}/actions/${j}/${name}`, problems);
          }
        });
        kept.push(...certain.filter(({ fault }) => field(fault, 'keep') === true));
      });
    }
  },
};

function takesNodesDown(fault: unknown): boolean {
  const kind = textOf(field(fault, 'kind'));
  return faults.some((one) => one.kind === kind && one.takesNodesDown === true);
}

/** When faults are injected: at no other moment do more faults come into force. */
function injectionTimes(placed: readonly PlacedFault[], phase: unknown): number[] {
  const starts = placed.flatMap(({ fault }) => windowsOf(fault, phase).map(({ from }) => from));
  return [...new Set(starts)].sort((a, b) => a - b);
}

/** When a fault that gives way to others may be injected: one that waits, also as soon as another fault has ended. */
function chancesOf({ fault }: PlacedFault, others: readonly PlacedFault[], phase: unknown): number[] {
  const own = windowsOf(fault, phase).map(({ from }) => from);
  if (conflictPolicyOf(fault) !== 'wait') return own;
  const ends = others.flatMap((other) => windowsOf(other.fault, phase).map(({ to }) => to));
  return [...own, ...ends.filter((end) => Number.isFinite(end) && end >= Math.min(...own))];
}

function isInForce({ fault }: PlacedFault, phase: unknown, moment: number): boolean {
  return windowsOf(fault, phase).some(({ from, to }) => from <= moment && moment < to);
}

/** The problems of an action, each with the field that names its nodes. */
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
