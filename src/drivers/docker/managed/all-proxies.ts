import { noProxy, type LinkProxies } from '../../links/proxies.ts';
import type { EntryPoint } from '../../links/round-trip.ts';
import { linkAt, type ToxiproxyContainer } from './toxiproxy-container.ts';

/** The proxies of all engines as if they were one Toxiproxy's, each call goes to the Toxiproxy of the link. */
export function allProxies(toxiproxies: readonly ToxiproxyContainer[]): LinkProxies {
  const of = (link: string): LinkProxies => ownerOf(toxiproxies, link).proxies;
  return {
    enable: (link, enabled) => of(link).enable(link, enabled),
    addToxic: (link, toxic) => of(link).addToxic(link, toxic),
    removeToxics: (link, names, stays) => of(link).removeToxics(link, names, stays),
    disturbed: async () => (await Promise.all(toxiproxies.map((one) => one.proxies.disturbed()))).flat(),
  };
}

/** Where connections of our own reach a link's proxy. @throws ChaosError for a link without a proxy */
export function entryPointOf(toxiproxies: readonly ToxiproxyContainer[], link: string): EntryPoint {
  const owner = ownerOf(toxiproxies, link);
  return owner.entryPointOf(linkAt(owner.links, link));
}

/** The Toxiproxy that has a link's proxy. @throws ChaosError for a link without one */
export function ownerOf(toxiproxies: readonly ToxiproxyContainer[], link: string): ToxiproxyContainer {
  const owner = toxiproxies.find(({ links }) => links.some(({ id }) => id === link));
  return owner ?? noProxy(link);
}
