import type { LinkInfo } from '../drivers/driver.ts';
import { everyLink } from '../drivers/every-link.ts';
import type { Plan } from './plan.ts';

/** How many links there are, how many of them go through a proxy, which, and why. */
export function describeControl({ spec, links: control }: Pick<Plan, 'spec' | 'links'>): string[] {
  const links = everyLink(spec);
  const proxied = control?.proxied ?? [];
  return [
    `${links.length} links: ${countText(links)}`,
    proxied.length === 0
      ? 'none of them goes through a proxy: no fault can touch them'
      : `${proxied.length} of them go through a proxy${proxied.length === links.length ? '' : ', the others are direct'}`,
    ...byReason(links, proxied).map((line) => `  ${line}`),
  ];
}

function countText(links: readonly LinkInfo[]): string {
  const count = (...kinds: LinkInfo['kind'][]): number =>
    links.filter(({ kind }) => kinds.includes(kind)).length;
  const ofServices = links.filter(
    ({ kind, from }) => kind === 'service' || (kind === 'client' && from !== 'client'),
  );
  const services = ofServices.length === 0 ? '' : `, ${ofServices.length} from services`;
  const clients = links.filter(({ from }) => from === 'client').length;
  return `${count('route')} pairs of nodes within clusters, ${count('leafnode', 'gateway')} between clusters, ${clients} from clients to nodes${services}`;
}

type Proxied = NonNullable<Plan['links']>['proxied'];

/** One line for all links of one kind, between the same clusters, that have the same reasons. */
function byReason(links: readonly LinkInfo[], proxied: Proxied): string[] {
  const reasons = new Map(proxied.map(({ link, because }) => [link, because.join(' and ')]));
  return [...new Set(links.map(groupOf))].flatMap((group) => {
    const all = links.filter((link) => groupOf(link) === group);
    const theirs = new Set(all.flatMap(({ id }) => reasons.get(id) ?? []));
    return [...theirs].map((reason) => {
      const some = all.filter(({ id }) => reasons.get(id) === reason);
      const which =
        some.length === all.length ? wholeText(group, some.length) : some.map(linkText).join(', ');
      return `${which}: because of ${reason}`;
    });
  });
}

/** `leafnode links from qa1b to qa1a` */
function groupOf({ kind, from, to }: LinkInfo): string {
  const [one = '', other = ''] = [from, to].map((end) => end.split('/')[0]);
  switch (kind) {
    case 'route':
      return `routes of ${one}`;
    case 'client':
      return one === 'client' ? `client links to ${other}` : `client links from ${one} to ${other}`;
    default:
      return `${kind} links from ${one} to ${other}`;
  }
}

function wholeText(group: string, count: number): string {
  return count === 1 ? `all ${group}` : `all ${count} ${group}`;
}

function linkText({ kind, from, to }: LinkInfo): string {
  return kind === 'route' ? `route ${from} – ${to}` : `${kind} ${from} → ${to}`;
}
