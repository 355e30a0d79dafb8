import type { Space, SpaceItem } from '../resolve/space.ts';
import { isMap } from '../schema/json-schema.ts';
import { Complaints } from '../source/complaints.ts';
import type { Document } from '../source/document.ts';
import { entriesOf, field, textsOf } from '../source/lenient.ts';
import { child, type Pointer } from '../source/pointer.ts';
import type { Problem } from '../source/problem.ts';
import { didYouMean } from '../source/suggest.ts';
import { formatDuration } from '../../support/units.ts';

const SHORTEST_MS = 1_000;

/** What is wrong with a space beside the values that it names. */
export function spaceProblems(document: Document, space: Space, environment: unknown): Problem[] {
  const complaints = new Complaints({ ...document, problems: [] });
  const explore = field(document.value, 'explore');
  if (isMap(explore) && space.items.length === 0 && !hasItems(explore))
    complaints.error(
      '/explore',
      'there is nothing to draw from: expected `faults`, `actions` or both',
      'key',
    );
  if (space.events.from > space.events.to)
    complaints.error(
      '/explore/events',
      `the range is empty: ${space.events.from} is more than ${space.events.to}`,
    );
  for (const [name, ms] of [
    ['length', space.lengthMs],
    ['recovery', space.recoveryMs],
  ] as const)
    if (ms < SHORTEST_MS)
      complaints.error(`/explore/${name}`, `found ${formatDuration(ms)}; expected 1s or more`);
  for (const { fields, at } of space.items)
    for (const [name, drawable] of Object.entries(fields)) range(drawable, child(at, name), complaints);
  for (const item of space.items) if (item.kind === 'remove-node') addedAgain(item, complaints);
  for (const { values, at } of space.settings) range(values, at, complaints);
  names(complaints, '/explore/weights', field(explore, 'weights'), 'kind of its faults and actions', [
    ...new Set(space.items.map(({ kind }) => kind)),
  ]);
  const load = field(explore, 'load');
  const known = (key: string, of: unknown): string[] => entriesOf(field(of, key)).map(([name]) => name);
  names(
    complaints,
    '/explore/load/workloads',
    field(load, 'workloads'),
    'workload of this experiment',
    known('workloads', document.value),
  );
  for (const [owner, fields] of entriesOf(field(load, 'workloads')))
    if (field(fields, 'kind') !== undefined)
      complaints.error(
        child(child('/explore/load/workloads', owner), 'kind'),
        'the kind of a workload stays as it is',
        'key',
      );
  optional(complaints, field(load, 'optional'), known('workloads', document.value));
  if (environment !== undefined)
    names(
      complaints,
      '/explore/load/streams',
      field(load, 'streams'),
      'stream of its environment',
      known('streams', environment),
    );
  kept(complaints, document.value, environment);
  return complaints.problems();
}

/** A role may be another node's by the time at which what was taken out is added again. */
function addedAgain({ fields: { node }, at }: SpaceItem, complaints: Complaints): void {
  if (node === undefined || !('values' in node)) return;
  node.values.forEach((value, index) => {
    if (typeof value !== 'string' || !value.includes('@')) return;
    const place = child(at, 'node');
    complaints.error(
      node.values.length > 1 ? `${place}/${index}` : place,
      `found ${value}; expected a node by its name: it is added again before the recovery`,
    );
  });
}

function hasItems(explore: unknown): boolean {
  return ['faults', 'actions'].some((list) => {
    const items = field(explore, list);
    return Array.isArray(items) && items.length > 0;
  });
}

function range(drawable: object, at: Pointer, complaints: Complaints): void {
  if (!('from' in drawable)) {
    if ('values' in drawable && Array.isArray(drawable.values) && drawable.values.length === 0)
      complaints.error(at, 'there is no value to draw from');
    return;
  }
  const { from, to, texts } = drawable as { from: number; to: number; texts: [string, string] };
  if (from > to) complaints.error(at, `the range is empty: ${texts[0]} is more than ${texts[1]}`);
}

function names(
  complaints: Complaints,
  at: Pointer,
  map: unknown,
  what: string,
  known: readonly string[],
): void {
  for (const [name] of entriesOf(map)) {
    if (!known.includes(name)) complaints.error(child(at, name), noSuch(name, what, known), 'key');
  }
}

function noSuch(name: string, what: string, known: readonly string[]): string {
  const expected = known.length === 0 ? '; there is none' : `; expected one of ${known.join(', ')}`;
  return `"${name}" is no ${what}${didYouMean(name, known) || expected}`;
}

/** A run without any workload would prove nothing. */
function optional(complaints: Complaints, listed: unknown, known: readonly string[]): void {
  const at = '/explore/load/optional';
  textsOf(listed).forEach((name, n) => {
    if (!known.includes(name))
      complaints.error(child(at, n), noSuch(name, 'workload of this experiment', known));
  });
  if (known.length > 0 && known.every((name) => textsOf(listed).includes(name)))
    complaints.error(at, 'every workload may be left out: a run without any proves nothing', 'key');
}

/** Runs are files of their own, in folders of their own, on servers of their own. */
function kept(complaints: Complaints, experiment: unknown, environment: unknown): void {
  const files = 'a search writes each of its runs as a file';
  if (field(experiment, 'expect') !== undefined)
    complaints.error('/expect', 'a search judges each run by what it shows: leave `expect` out', 'key');
  if (field(experiment, 'secrets') !== undefined)
    complaints.error('/secrets', `${files}, and secrets must not be in them`, 'key');
  for (const name of ['attach', 'compose', 'secrets']) {
    if (field(environment, name) === undefined) continue;
    const why =
      name === 'secrets'
        ? `${files}, and secrets must not be in them`
        : 'a search needs servers that a run starts itself';
    complaints.error('/environment', `its environment has \`${name}\`: ${why}`);
  }
}
