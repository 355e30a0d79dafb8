import { ChaosError } from '../support/errors.ts';
import type { ProbeContext } from './probe.ts';

/**
 * What the servers of a cluster answer, without those that do not.
 *
 * @throws ChaosError when the environment has no such cluster, or none of its servers answers
 */
export async function answersOf<T>(
  ctx: Pick<ProbeContext, 'nodes'>,
  cluster: string,
  ask: (node: string) => Promise<T>,
): Promise<T[]> {
  const nodes = ctx.nodes.filter((node) => node.cluster === cluster);
  if (nodes.length === 0) throw new ChaosError('invalid', `there is no cluster ${cluster}`);
  const asked = await Promise.allSettled(nodes.map(({ address }) => ask(address)));
  const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (answers.length === 0) throw new ChaosError('failed', `no server of ${cluster} answers`);
  return answers;
}
