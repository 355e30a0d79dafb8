import type { ConsumerSpec, EnvironmentSpec } from '../drivers/spec.ts';
import { formatDuration } from '../support/units.ts';

/** So many consumers in a row that are alike are shown by the first and the last. */
const MANY = 8;

/** One line for each consumer, and one for many in a row that are alike. */
export function describeConsumers({ consumers, attach }: EnvironmentSpec): string[] {
  const groups: { text: string; members: ConsumerSpec[] }[] = [];
  for (const consumer of consumers) {
    const isStated = attach?.stated[consumer.address]?.includes('ackWait') !== false;
    const text = isStated ? `: ackWait ${formatDuration(consumer.ackWaitMs)}` : '';
    const last = groups.at(-1);
    const isLike = last?.text === text && last.members[0]?.stream === consumer.stream;
    if (isLike) last.members.push(consumer);
    else groups.push({ text, members: [consumer] });
  }
  return groups.flatMap(({ text, members }) => {
    const [first, last] = [members[0], members.at(-1)];
    if (members.length <= MANY || !first || !last) return members.map(({ address }) => `${address}${text}`);
    return [`${first.address} … ${last.name}, ${members.length} consumers${text}`];
  });
}
