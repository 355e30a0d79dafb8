import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { html, type Markup } from '../markup.ts';
import { badge } from './badge.ts';
import { section, table, type Section } from './table.ts';

type Phase = SavedRun['phases'][number];
type Liveness = NonNullable<Phase['liveness']>;

const HEADS = ['Outcome', 'What', 'Name', 'After', 'Observed'];

const STATES = {
  available: { verdict: 'pass', words: 'available' },
  stuck: { verdict: 'fail', words: 'stuck' },
  'rightly-unavailable': { verdict: 'pass', words: 'rightly unavailable' },
} as const;

/** What was available while faults were in force, and what was not: for lack of a quorum, or although it had one. */
export function liveness({ phases }: SavedRun): Section | null {
  const parts = phases.flatMap(({ name, liveness: found }) =>
    found === undefined ? [] : [tableOf(name, found), whatStayed(found)],
  );
  return parts.length === 0 ? null : section('liveness', 'Available under faults', parts);
}

function tableOf(phase: string, { targets }: Liveness): Markup {
  const rows = targets.map(({ kind, name, state, afterMs, statement }) => [
    badge(STATES[state].verdict, STATES[state].words),
    kind,
    html`<code>${name}</code>`,
    afterMs === undefined ? '–' : formatDuration(afterMs),
    statement,
  ]);
  return table(`During ${phase}`, HEADS, rows);
}

function whatStayed({ healed, inForce }: Liveness): Markup {
  const named = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
  return html`<p class="quiet">Healed for a quorum: ${named(healed)}. Still in force: ${named(inForce)}.</p>`;
}
