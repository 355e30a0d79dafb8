import type { SavedRun } from '../../schema.ts';
import { formatDuration } from '../../../support/units.ts';
import { html } from '../markup.ts';
import { badge } from './badge.ts';
import { at, section, table, type Section } from './table.ts';

/** Every action, with the effect that was observed from outside. */
export function actions({ phases }: SavedRun): Section | null {
  const rows = phases.flatMap(({ name, actions: all }) =>
    all.map(({ t, kind, title, ok, error, evidence, waitedMs }) => [
      badge(ok ? 'pass' : 'inconclusive', ok ? 'done' : 'failed'),
      at(t),
      html`${title} <small class="quiet">${kind}, phase ${name}${waited(waitedMs)}</small>`,
      error ?? evidence ?? '',
    ]),
  );
  if (rows.length === 0) return null;
  const heads = ['Outcome', 'When', 'Action', 'Seen from outside'];
  return section('actions', 'Actions', [table('What was done on purpose', heads, rows)]);
}

function waited(ms: number | undefined): string {
  return ms === undefined ? '' : `, waited ${formatDuration(ms)} for its turn`;
}
