import type { Drawable } from '../experiment/resolve/drawable.ts';
import type { Space, SpaceItem } from '../experiment/resolve/space.ts';
import { formatDuration } from '../support/units.ts';
import { valueText } from './values.ts';

/** A space for people: what a run is drawn from. */
export function describeSpace(space: Space): string {
  const { lengthMs, events, kinds, atOnce, recoveryMs, items, settings } = space;
  const range = events.from === events.to ? String(events.from) : `${events.from} to ${events.to}`;
  return [
    `each run`,
    `  schedule  ${formatDuration(lengthMs)}, with ${range} faults and actions of at most ${kinds} of those below`,
    `  at once   at most ${atOnce}`,
    `  recovery  the steady state within ${formatDuration(recoveryMs)}`,
    ...section('faults', itemLines(items, 'fault')),
    ...section('actions, each of which may fail', itemLines(items, 'action')),
    ...section(
      'load, of which a run changes some',
      settings.map(({ name, values }) => `${name}: ${drawableText(values)}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** Under the names that the coverage of a search has. */
function itemLines(items: readonly SpaceItem[], room: SpaceItem['room']): string[] {
  const those = items
    .filter((item) => item.room === room)
    .map(({ name, weight, fields }) => ({
      head: `${name.slice(room.length + 1)}${weight === 1 ? '' : ` (weight ${weight})`}`,
      parts: Object.entries(fields).map(([field, drawable]) => `${field} ${drawableText(drawable)}`),
    }));
  const width = Math.max(0, ...those.map(({ head }) => head.length));
  return those.map(({ head, parts }) => `${head.padEnd(width)}  ${parts.join(', ')}`.trimEnd());
}

function drawableText(drawable: Drawable): string {
  if (!('values' in drawable)) return drawable.texts.join('..');
  return drawable.values.map(valueText).join(' | ');
}
