import { ChaosError } from '../../../support/errors.ts';
import type { PacketLossOptions } from '../../links/packet-loss.ts';
import { runMark } from '../../links/packet-rules.ts';
import { ownerOf } from './all-proxies.ts';
import type { RunningContainers } from './bring-up.ts';
import { isNamespaceOf } from '../engine/namespaces.ts';
import { linkAt, type ToxiproxyContainer } from './toxiproxy-container.ts';

/**
 * The packets of links pass through the containers of the proxies; their network namespaces are entered from outside.
 *
 * @param up what runs at the moment of a call
 * @param folder the run's own, whose name is unique
 */
export function packetsOf(up: () => RunningContainers, folder: () => string): PacketLossOptions {
  return {
    mark: () => runMark(folder()),
    gateOf: async (link) => {
      const owner = ownerOf(up().toxiproxies, link);
      const namespace = await namespaceOf(owner);
      if (namespace === undefined) {
        throw new ChaosError(
          'failed',
          `the packets of ${link} are out of reach: ${owner.server.plan.name} does not run on this machine`,
        );
      }
      return { namespace, port: linkAt(owner.links, link).proxyPort };
    },
    namespaces: async () => {
      const all = await Promise.all(up().toxiproxies.map(namespaceOf));
      return all.filter((one) => one !== undefined);
    },
  };
}

/** The id of its process; undefined while it is down or on another machine. */
async function namespaceOf({ server, ips }: ToxiproxyContainer): Promise<number | undefined> {
  const pid = await server.pid();
  return pid !== null && isNamespaceOf(pid, ips[0] ?? '') ? pid : undefined;
}
