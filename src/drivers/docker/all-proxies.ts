import { ChaosError } from '../../support/errors.ts';
import type { LinkProxies } from '../shared/proxies.ts';
import type { Door } from '../shared/round-trip.ts';
import { linkAt, type ToxiproxyContainer } from './toxiproxy-container.ts';

/** The proxies of all engines as if they were one Toxiproxy's, each call going to the engine that has the link's. */
export function allProxies(toxiproxies: readonly ToxiproxyContainer[]): LinkProxies {
  const of = (link: string): LinkProxies => ownerOf(toxiproxies, link).proxies;
  return {
    enable: (link, enabled) => of(link).enable(link, enabled),
    addToxic: (link, toxic) => of(link).addToxic(link, toxic),
    removeToxics: (link, names, stays) => of(link).removeToxics(link, names, stays),
    disturbed: async () => (await Promise.all(toxiproxies.map((one) => one.proxies.disturbed()))).flat(),
  };
}

/** Where connections of our own reach a link's proxy. @throws ChaosError for a link that there is not */
export function doorOf(toxiproxies: readonly ToxiproxyContainer[], link: string): Door {
  const owner = ownerOf(toxiproxies, link);
  return owner.doorOf(linkAt(owner.links, link));
}

/** Whose proxy a link has. @throws ChaosError for a link that there is not */
export function ownerOf(toxiproxies: readonly ToxiproxyContainer[], link: string): ToxiproxyContainer {
  const owner = toxiproxies.find(({ links }) => links.some(({ id }) => id === link));
  if (!owner) throw new ChaosError('failed', `there is no proxy for the link ${link}`);
  return owner;
}
