import type { Drawable } from '../experiment/resolve/drawable.ts';
import type { Space, SpaceItem } from '../experiment/resolve/space.ts';
import { formatDuration } from '../support/units.ts';

/** A space for people: what a run is drawn from. */
export function describeSpace(space: Space): string {
  const { lengthMs, events, kinds, atOnce, recoveryMs, items, settings } = space;
  const range = events.from === events.to ? String(events.from) : `${events.from} to ${events.to}`;
  return [
    `each run`,
    `  schedule  ${formatDuration(lengthMs)}, with ${range} faults and actions of at most ${kinds} of those below`,
    `  at once   at most ${atOnce}`,
    `  recovery  the steady state within ${formatDuration(recoveryMs)}`,
    ...section('faults', items.filter(({ room }) => room === 'fault').map(itemLine)),
    ...section(
      'actions, each of which may fail',
      items.filter(({ room }) => room === 'action').map(itemLine),
    ),
    ...section(
      'load, of which a run changes some',
      settings.map(({ name, values }) => `${name}: ${drawableText(values)}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function itemLine({ kind, weight, fields }: SpaceItem): string {
  const parts = Object.entries(fields).map(([name, drawable]) => `${name} ${drawableText(drawable)}`);
  return `${kind}${weight === 1 ? '' : ` (weight ${weight})`}  ${parts.join(', ')}`;
}

function drawableText(drawable: Drawable): string {
  if (!('values' in drawable)) return drawable.texts.join('..');
  return drawable.values.map(valueText).join(' | ');
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(' – ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
