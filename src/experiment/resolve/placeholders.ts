import { entriesOf, field, itemsOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';
import { didYouMean } from '../source/suggest.ts';
import type { Inventory, ServiceEntry } from './inventory.ts';
import { replicasOfService } from './services.ts';

/** The texts of a service, or of a change of one, that may have placeholders, with their places. */
export function textsWithPlaceholders(at: Pointer, service: unknown): [Pointer, string][] {
  const lists: [Pointer, unknown][] = [
    ...itemsOf(field(service, 'command')).map((word, i): [Pointer, unknown] => [`${at}/command/${i}`, word]),
    ...itemsOf(field(service, 'imageCommand')).map((word, i): [Pointer, unknown] => [
      `${at}/imageCommand/${i}`,
      word,
    ]),
    ...(['health', 'roles'] as const).flatMap((part) =>
      itemsOf(field(field(service, part), 'command')).map((word, i): [Pointer, unknown] => [
        `${at}/${part}/command/${i}`,
        word,
      ]),
    ),
    ...(['env', 'files'] as const).flatMap((part) =>
      entriesOf(field(service, part)).map(([key, text]): [Pointer, unknown] => [
        child(`${at}/${part}`, key),
        text,
      ]),
    ),
  ];
  return lists.flatMap(([pointer, text]): [Pointer, string][] =>
    typeof text === 'string' ? [[pointer, text]] : [],
  );
}

/** `link.redis.1.host` and the like, by what comes after the name of the link. */
const PLACE = /^\.([1-9]\d*)(\.(host|port))?$/;

/** Why a placeholder has no value for a service, or null when it has one. */
export function placeholderProblem(
  placeholder: string,
  service: string,
  { ports, links }: ServiceEntry,
  inventory: Inventory,
): string | null {
  const [kind = '', name = ''] = placeholder.split('.');
  if (kind === 'port') {
    const port = placeholder.slice('port.'.length);
    if (ports.includes(port)) return null;
    return `${service} has no port "${port}"${didYouMean(port, ports) || `; it has ${ports.join(', ') || 'none'}`}`;
  }
  if (kind === 'each') return eachProblem(placeholder, service, links);
  if (kind !== 'link') return null;
  const link = links.find(({ as }) => as === name);
  if (link === undefined) return noLink(name, service, links);
  const rest = placeholder.slice(`link.${name}`.length);
  if (rest === '') return null;
  const number = Number(PLACE.exec(rest)?.[1]);
  if (Number.isNaN(number))
    return `expected link.${name}, link.${name}.1, link.${name}.1.host or link.${name}.1.port`;
  const count =
    inventory.clusters.get(link.to)?.nodes.length ?? replicasOfService(link.to, inventory.services).length;
  return count === 0 || number <= count ? null : `${link.to} has only ${count}, counted from 1`;
}

function eachProblem(placeholder: string, service: string, links: ServiceEntry['links']): string | null {
  const name = placeholder.slice('each.'.length, placeholder.indexOf(':'));
  if (!links.some(({ as }) => as === name)) return noLink(name, service, links);
  return placeholder.includes('*') ? null : 'expected "*" in the text, which stands for an address';
}

function noLink(name: string, service: string, links: ServiceEntry['links']): string {
  const known = links.map(({ as }) => as);
  return `${service} has no link "${name}"${didYouMean(name, known) || `; it has ${known.join(', ') || 'none'}`}`;
}
