import type { NodeInfo } from '../drivers/driver.ts';
import { blastProblem } from '../experiment/blast-radius.ts';

/**
 * Why nodes may not be taken down now, or null when they may: no cluster may have more of its nodes down at once than
 * the experiment allows.
 *
 * @param down addresses of the nodes that faults have taken down already
 * @param struck addresses of those that the next fault would take down
 */
export function refusalOf(
  nodes: readonly NodeInfo[],
  down: readonly string[],
  struck: readonly string[],
  allowed: number | undefined,
): string | null {
  const all = new Set([...down, ...struck]);
  for (const name of new Set(nodes.map((node) => node.cluster))) {
    const members = nodes.filter((node) => node.cluster === name).map((node) => node.address);
    if (!members.some((node) => struck.includes(node))) continue;
    const gone = members.filter((node) => all.has(node));
    const problem = blastProblem({ name, size: members.length }, gone.length, gone, allowed);
    if (problem !== null) return problem;
  }
  return null;
}
