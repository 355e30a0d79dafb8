import { ChaosError } from '../../support/errors.ts';
import type { PacketLossOptions } from '../shared/packet-loss.ts';
import { runMark } from '../shared/run-rules.ts';
import { ownerOf } from './all-proxies.ts';
import type { Running } from './bring-up.ts';
import { isNamespaceOf } from './found/namespaces.ts';
import { linkAt, type ToxiproxyContainer } from './toxiproxy-container.ts';

/**
 * Where the packets of links pass: through the containers of the proxies, whose network namespaces are entered from
 * outside.
 *
 * @param up what runs at the moment of a call
 * @param folder the run's own, whose name is unique
 */
export function packetsOf(up: () => Running, folder: () => string): PacketLossOptions {
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

/** The id of its process; undefined while it does not run, and on another machine. */
async function namespaceOf({ server, ips }: ToxiproxyContainer): Promise<number | undefined> {
  const pid = await server.pid();
  return pid !== null && isNamespaceOf(pid, ips[0] ?? '') ? pid : undefined;
}
