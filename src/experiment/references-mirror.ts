import type { Complaints } from './complaints.ts';
import { originOf, type Inventory, type StreamEntry } from './inventory.ts';
import { entriesOf, field, itemsOf, textOf } from './lenient.ts';
import { child, type Pointer } from './pointer.ts';
import { clustersReached } from './reached.ts';

/** Whether every mirror and source can reach its origin. */
export function checkOrigins(value: unknown, inventory: Inventory, complaints: Complaints): void {
  for (const [address, stream] of entriesOf(field(value, 'streams'))) {
    const entry = inventory.streams.get(address);
    if (!entry) continue;
    const pointer = child('/streams', address);
    const check = (origin: unknown, at: Pointer): void =>
      checkOrigin({ address, entry, origin, at }, inventory, complaints);
    if (field(stream, 'mirror') !== undefined) check(field(stream, 'mirror'), `${pointer}/mirror`);
    itemsOf(field(stream, 'sources')).forEach((source, i) => check(source, `${pointer}/sources/${i}`));
  }
}

interface OriginCase {
  address: string;
  entry: StreamEntry;
  origin: unknown;
  at: Pointer;
}

function checkOrigin(it: OriginCase, inventory: Inventory, complaints: Complaints): void {
  const name = originOf(it.origin);
  const from = name === undefined ? undefined : inventory.streams.get(name);
  const api = textOf(field(field(it.origin, 'external'), 'api'));
  const domain = from === undefined ? undefined : inventory.clusters.get(from.cluster)?.domain;
  if (api !== undefined && /^[a-z]+:\/\//i.test(api)) {
    complaints.error(
      `${it.at}/external/api`,
      `found "${api}"; a URL here mirrors nothing, for ever and without an error. NATS reaches another cluster by the API prefix of its domain, ${domain === undefined ? '$JS.<domain>.API' : `$JS.${domain}.API`}, which needs a leafnode link and a domain; or leave \`external\` out, and it is derived`,
    );
    return;
  }
  // A stream that does not exist is an address problem, and told as such.
  if (name === undefined || from === undefined) return;
  if (name === it.address) complaints.error(it.at, `${name} cannot be its own origin`);
  if (from.account !== it.entry.account && api === undefined) {
    complaints.error(
      it.at,
      `${name} belongs to account ${from.account ?? 'none'} and ${it.address} to ${it.entry.account ?? 'none'}: expected \`external\` with api and deliver, as the accounts' exports and imports have them`,
    );
  }
  // Where the servers run already, the mirror does too, whatever way it goes.
  if (inventory.attached) return;
  if (from.cluster !== it.entry.cluster) checkPath(it, name, from, api, inventory, complaints);
}

function checkPath(
  it: OriginCase,
  name: string,
  from: StreamEntry,
  api: string | undefined,
  inventory: Inventory,
  complaints: Complaints,
): void {
  const own = it.entry.cluster;
  const { account } = it.entry;
  const joined = (kinds: string[]): boolean =>
    clustersReached(own, kinds, inventory, account).has(from.cluster);
  if (!joined(['leafnode', 'gateway'])) {
    complaints.error(
      it.at,
      `${it.address} cannot reach ${name}: no link of account ${account ?? 'none'} joins ${own} and ${from.cluster}; expected { kind: leafnode, from: ${own}, to: ${from.cluster}${account === undefined ? '' : `, account: ${account}`} } or the like under links`,
    );
    return;
  }
  if (api !== undefined || joined(['gateway'])) return;
  const domain = inventory.clusters.get(from.cluster)?.domain;
  if (domain === undefined) {
    complaints.error(
      it.at,
      `${it.address} reaches ${name} over a leafnode link, which needs a JetStream domain there: expected clusters.${from.cluster}.jetstream.domain`,
    );
  } else if (domain === inventory.clusters.get(own)?.domain) {
    complaints.error(
      it.at,
      `${own} and ${from.cluster} have the same JetStream domain, "${domain}"; expected one each`,
    );
  }
}
