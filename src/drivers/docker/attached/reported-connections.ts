import type { Observer } from '../../../nats/monitor/observer.ts';
import type { NodeInfo } from '../../driver.ts';
import type { Ends } from './cut-plan.ts';
import { reportedPeers } from '../../servers/reported-peers.ts';

/** Whether any server at an end of some links reports a connection with the other end. */
export async function anyReported(
  links: readonly Ends[],
  nodes: readonly NodeInfo[],
  observer: Observer,
): Promise<boolean> {
  const nameOf = (address: string): string => nodes.find((one) => one.address === address)?.name ?? '';
  const ends = [...new Set(links.flatMap(({ from, to }) => [from, to]))];
  const seen = await Promise.all(
    ends.map(async (node) => {
      const peers = await reportedPeers(observer, node);
      const others = links.flatMap(({ from, to }) =>
        from === node ? [nameOf(to)] : to === node ? [nameOf(from)] : [],
      );
      return peers.some(({ name }) => others.includes(name));
    }),
  );
  return seen.includes(true);
}
