import type { ContainersSpec } from '../../spec.ts';
import type { AttachedContainer } from './attached-container.ts';

type Named = Pick<AttachedContainer, 'name' | 'service' | 'running'>;

/**
 * Which container each node is, by the name of the container or of its service.
 *
 * @param nodes addresses of nodes, `cluster/node`
 * @param candidates the containers among which they are looked for
 * @returns the containers found, and every problem in words, not only the first
 */
export function matchNodes<T extends Named>(
  nodes: readonly string[],
  chosen: ContainersSpec,
  candidates: readonly T[],
): { found: Map<string, T>; problems: string[] } {
  const found = new Map<string, T>();
  const problems: string[] = [];
  for (const node of nodes) {
    const wanted = chosen.names[node] ?? node.split('/')[1] ?? node;
    const named = candidates.filter(({ name }) => name === wanted);
    const matching = named.length > 0 ? named : candidates.filter(({ service }) => service === wanted);
    const [only] = matching;
    if (only === undefined) problems.push(absent(node, wanted, chosen, candidates));
    else if (matching.length > 1) {
      const names = listed(matching.map(({ name }) => name));
      problems.push(`${node}: the service ${wanted} has ${matching.length} containers (${names}): name one`);
    } else if (!only.running) problems.push(`${node}: the container ${only.name} is not running`);
    else found.set(node, only);
  }
  return { found, problems: [...problems, ...twice(found)] };
}

/** Where containers were looked for, in words. */
export function whereText({ project, label }: ContainersSpec): string {
  if (project !== undefined) return `the project ${project}`;
  if (label !== undefined) return `what is labelled ${label}`;
  return 'the engine';
}

function absent(node: string, wanted: string, chosen: ContainersSpec, candidates: readonly Named[]): string {
  const there = listed(candidates.map(({ name, service }) => (service === '' ? name : service)));
  const where = whereText(chosen);
  if (there === '') return `${node}: ${where} has no container at all`;
  return `${node}: ${where} has no container or service "${wanted}"; there are ${there}`;
}

function twice(found: ReadonlyMap<string, Named>): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const [node, { name }] of found) {
    const other = seen.get(name);
    if (other !== undefined) problems.push(`${node} and ${other} are one container, ${name}`);
    seen.set(name, node);
  }
  return problems;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
