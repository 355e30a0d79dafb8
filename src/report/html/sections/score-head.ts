import type { SavedRun } from '../../schema.ts';
import { html, type Markup } from '../markup.ts';
import { faultWindow, type Span } from '../model/span.ts';

/** What is above the curves. */
export type Bands = Pick<SavedRun, 'phases' | 'faults' | 'timeline'>;

/** The ruler, the phases, the faults with their marks, and the events: they stay visible while the curves scroll. */
export function scoreHead(saved: Bands, span: Span): Markup {
  return html`<div class="score-head">
    <div class="row">
      <span class="row-name readout" role="timer" aria-live="off"></span>
      <div class="ruler" aria-hidden="true"></div>
    </div>
    <div class="row">
      <span class="row-name">phase</span>
      <div class="track">${saved.phases.map(phaseBand)}</div>
    </div>
    ${packed(saved, span).map(
      (faults, at) =>
        html`<div class="row">
          <span class="row-name">${at === 0 && 'fault'}</span>
          <div class="track tall">
            ${faults.map((fault, n) => faultBand(fault, span, faults[n + 1]?.injectedAt ?? span.to))}
          </div>
        </div>`,
    )}
    ${events(saved)}
    <div class="row tools screen">
      <span class="row-name"></span>
      <div>
        <span class="legend" aria-hidden="true">${legend(saved)}</span
        ><button type="button" class="whole" hidden>Show the whole run</button>
      </div>
    </div>
  </div>`;
}

function phaseBand(
  { name, startedAt, endedAt, outcome }: SavedRun['phases'][number],
  at: number,
): Markup | null {
  if (startedAt === undefined) return null;
  const to = endedAt ?? startedAt;
  const how = outcome === 'completed' ? '' : ` (${outcome})`;
  const title = `${name}${how}: ${((to - startedAt) / 1000).toFixed(1)} s. Zoom to it.`;
  return html`<button
    type="button"
    class="seg phase p${at % 2} o-${outcome}"
    data-from="${startedAt}"
    data-to="${to}"
    title="${title}"
  >
    ${name}${how}
  </button>`;
}

type Fault = SavedRun['faults'][number];

/** As few rows as can hold all windows without overlap. */
function packed(saved: Bands, span: Span): Fault[][] {
  const rows: { until: number; faults: Fault[] }[] = [];
  for (const fault of saved.faults) {
    const window = faultWindow(fault, span);
    if (window === null) continue;
    const row = rows.find((candidate) => candidate.until <= window.from);
    if (row === undefined) rows.push({ until: window.to, faults: [fault] });
    else {
      row.until = window.to;
      row.faults.push(fault);
    }
  }
  return rows.map((row) => row.faults);
}

/** @param next when the next window in its row begins: a name beside this one ends there */
function faultBand(fault: Fault, span: Span, next: number): Markup | null {
  const window = faultWindow(fault, span);
  if (window === null) return null;
  const { injectedAt, inForce, removed } = fault;
  return html`<span
      class="seg window${inForce?.proven !== true && ' unproven'}"
      data-from="${window.from}"
      data-to="${window.to}"
      title="${fault.title}"
      >${fault.title}</span
    ><span
      class="beside"
      aria-hidden="true"
      data-at="${window.to}"
      data-length="${window.to - window.from}"
      data-until="${next}"
      >${fault.title}</span
    >
    ${mark('injected', injectedAt, 'injected')}
    ${inForce?.proven === true && mark('proven', inForce.t, `proven in force: ${inForce.statement}`)}
    ${removed?.proven === true && mark('removed', removed.t, `removal proven: ${removed.statement}`)}`;
}

function mark(kind: string, t: number | undefined, text: string): Markup | null {
  if (t === undefined) return null;
  return html`<i class="mark ${kind}" data-at="${t}" title="${text}, ${(t / 1000).toFixed(2)} s"
    ><span class="sr">${text} at ${(t / 1000).toFixed(2)} s</span></i
  >`;
}

const LEGEND = [
  ['injected', 'injected'],
  ['proven', 'proven in force'],
  ['removed', 'removal proven'],
] as const;

const EVENT_LEGEND = [
  ['e-steady-state', 'steady state', ['steady-state']],
  ['e-action', 'action', ['action']],
  ['e-problem', 'problem', ['problem', 'guard']],
  ['e-skipped', 'fault skipped', ['skipped']],
] as const;

/** Only the signs that this page shows. */
function legend({ faults, timeline }: Bands): Markup[] {
  const kinds = new Set<string>(timeline.map(({ kind }) => kind));
  const injected = faults.some(({ injectedAt }) => injectedAt !== undefined) ? LEGEND : [];
  if (faults.some(({ skippedAt }) => skippedAt !== undefined)) kinds.add('skipped');
  const events = EVENT_LEGEND.filter(([, , of]) => of.some((kind) => kinds.has(kind)));
  return [
    ...injected.map(([sign, name]) => html`<span><i class="mark ${sign}"></i>${name}</span>`),
    ...events.map(([sign, name]) => html`<span><i class="mark event ${sign}"></i>${name}</span>`),
  ];
}

/** Everything that is a moment and not a stretch of time. */
const EVENTS: ReadonlySet<string> = new Set(['action', 'problem', 'guard', 'steady-state']);

interface Event {
  t: number;
  kind: string;
  text: string;
}

function events(saved: Bands): Markup | null {
  const logged: Event[] = saved.timeline.filter((entry) => EVENTS.has(entry.kind));
  const shown = [...logged, ...skips(saved)].sort((a, b) => a.t - b.t).slice(0, 200);
  if (shown.length === 0) return null;
  return html`<div class="row">
    <span class="row-name">events</span>
    <div class="track events">
      ${shown.map((entry) => mark(`event e-${entry.kind}`, entry.t, `${entry.kind}: ${entry.text}`))}
    </div>
  </div>`;
}

/** A fault that was skipped is a moment too: it has no window of its own. */
function skips({ faults }: Bands): Event[] {
  return faults.flatMap(({ title, skipped, skippedAt }) =>
    skippedAt === undefined ? [] : [{ t: skippedAt, kind: 'skipped', text: `${title}: ${skipped ?? ''}` }],
  );
}
