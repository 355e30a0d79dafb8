import { injectionsByFault, skippedText } from '../../../history/injections.ts';
import { faultRecoveryText } from '../../../history/recovery.ts';
import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { faultState } from '../../summary-rows.ts';
import { html, type Markup } from '../markup.ts';
import { badge } from './badge.ts';
import { at, facts, section, table, type Section } from './table.ts';

type Fault = SavedRun['faults'][number];
type Evidence = NonNullable<Fault['inForce']>;

/** Every fault with its proof from outside, and with how it was undone. */
export function faults({ faults: all, phases }: SavedRun): Section | null {
  const choices = phases.flatMap((phase) =>
    (phase.choices ?? []).map((choice) => choiceLine(choice, phase.name)),
  );
  if (all.length === 0 && choices.length === 0) return null;
  const counts = injectionsByFault(all).flatMap(countLine);
  const cards = all.filter((fault) => fault.skipped === undefined).map(card);
  return section('faults', 'Faults', [...choices, ...counts, recoveries(all), ...cards]);
}

/** When the steady state was back after each; null in reports of older programs, and of runs that broke off. */
function recoveries(all: readonly Fault[]): Markup | null {
  const rows = all.flatMap(({ id, title, recovery }) =>
    recovery === undefined
      ? []
      : [
          [
            id,
            title,
            duration(recovery.sinceInjectionMs),
            duration(recovery.sinceRemovalMs),
            faultRecoveryText(recovery),
          ],
        ],
  );
  if (rows.length === 0) return null;
  const heads = ['Fault', 'What', 'From the injection', 'From its removal', 'The steady state was'];
  const shown = table('When the steady state was back after each fault', heads, rows);
  return rows.length <= FEW
    ? shown
    : html`<details>
        <summary>When the steady state was back after each of ${rows.length} faults</summary>
        ${shown}
      </details>`;
}

const FEW = 20;

function duration(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms);
}

/** How often a repeated fault was injected, and when and why it was skipped. */
function countLine(injections: readonly Fault[]): Markup[] {
  const [first] = injections;
  const skipped = injections.filter((fault) => fault.skipped !== undefined);
  if (first === undefined || (injections.length === 1 && skipped.length === 0)) return [];
  const injected = injections.filter((fault) => fault.injectedAt !== undefined).length;
  return [
    html`<p class="choice"><b>${first.id}</b>, ${first.title}: ${skippedText(injected, skipped.length)}.</p>`,
    ...(skipped.length === 0 ? [] : [table('Skipped', ['What', 'When', 'Why'], skipped.map(skippedRow))]),
  ];
}

function skippedRow({ id, skipped, skippedAt }: Fault) {
  return [id, at(skippedAt), skipped ?? ''];
}

type Choice = NonNullable<SavedRun['phases'][number]['choices']>[number];

function choiceLine({ id, of }: Choice, phase: string): Markup {
  const named = (chosen: boolean) =>
    of.filter((one) => one.chosen === chosen).map((one) => `${one.title} (${one.fault})`);
  const left = named(false);
  return html`<p class="choice">
    <b>${id}</b>, phase ${phase}: the seed chose
    ${named(true).join('; ')}${left.length > 0 && html`, and not ${left.join('; ')}`}.
  </p>`;
}

function card(fault: Fault): Markup {
  const state = faultState(fault);
  return html`<article class="card v-${state.verdict}">
    <h3>
      ${badge(state.verdict, state.outcome)} ${fault.title} <small>${fault.id}, phase ${fault.phase}</small>
    </h3>
    ${fault.neverDue !== undefined && html`<p>It was never due: ${fault.neverDue}</p>`}
    ${fault.refused !== undefined && html`<p>It was not injected: ${fault.refused}</p>`}
    ${fault.vacuous !== undefined && html`<p>It would change nothing: ${fault.vacuous}</p>`}
    ${table('Proof, read from outside', ['What', 'When', 'After', 'Observed'], proofRows(fault))}
    ${undo(fault)}
    ${Object.keys(fault.roles).length > 0 && facts(Object.entries(fault.roles).map(([role, was]) => [role, was.join(', ')]))}
    <details class="raw">
      <summary>Targets, options and readings</summary>
      <p class="targets">${fault.targets.map((target) => html`<code>${target}</code> `)}</p>
      <pre>${JSON.stringify(detailsOf(fault), null, 2)}</pre>
    </details>
  </article>`;
}

function detailsOf({ options, inForce, heldToEnd, removed }: Fault) {
  return {
    options,
    readings: {
      inForce: inForce?.readings ?? null,
      heldToEnd: heldToEnd?.readings ?? null,
      removed: removed?.readings ?? null,
    },
  };
}

function proofRows({ injectedAt, inForce, heldToEnd, removedAt, removed }: Fault) {
  return [
    ['Injected', at(injectedAt), '', injectedAt === undefined ? 'never' : ''],
    proofRow('In force', inForce),
    proofRow('Held to its end', heldToEnd),
    ['Undone', at(removedAt), '', removedAt === undefined ? 'never' : ''],
    proofRow('Removed', removed),
  ];
}

function proofRow(what: string, evidence: Evidence | undefined) {
  if (evidence === undefined) return [what, '–', '–', 'no reading'];
  const sign = badge(evidence.proven ? 'pass' : 'inconclusive', evidence.proven ? 'proven' : 'not proven');
  return [what, at(evidence.t), formatDuration(evidence.afterMs), html`${sign} ${evidence.statement}`];
}

function undo({ undo: steps, injectedAt }: Fault): Markup | null {
  if (steps.length === 0)
    return injectedAt === undefined ? null : html`<p>Nothing was recorded as undone.</p>`;
  const rows = steps.map((step) => [
    badge(step.ok ? 'pass' : 'unclean', step.ok ? 'done' : 'failed'),
    at(step.t),
    html`<code>${step.record.driver} ${step.record.op}</code>`,
    String(step.attempts),
    step.error ?? '',
  ]);
  return table('How it was undone', ['Outcome', 'When', 'Step', 'Attempts', 'Error'], rows);
}
