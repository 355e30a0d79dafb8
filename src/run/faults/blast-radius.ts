import type { NodeInfo } from '../../drivers/driver.ts';
import { blastProblem } from '../../experiment/resolve/blast-radius.ts';

/**
 * Why nodes may not be taken down now, or null when they may: no cluster may have more of its nodes down at once than
 * the experiment allows.
 *
 * @param down addresses of the nodes that faults have taken down already
 * @param active addresses of those that the next fault would take down
 */
export function refusalOf(
  nodes: readonly NodeInfo[],
  down: readonly string[],
  active: readonly string[],
  allowed: number | undefined,
): string | null {
  const all = new Set([...down, ...active]);
  for (const name of new Set(nodes.map((node) => node.cluster))) {
    const members = nodes.filter((node) => node.cluster === name).map((node) => node.address);
    if (!members.some((node) => active.includes(node))) continue;
    const unavailable = members.filter((node) => all.has(node));
    const size = members.length;
    const problem = blastProblem({ name, size }, unavailable.length, unavailable, allowed);
    if (problem !== null) return problem;
  }
  return null;
}
