import type { PageData } from '../model/page-data.ts';
import type { Browser, PlotClass, PointerLike, View } from './browser.ts';
import type { makeHeat } from './heat.ts';
import type { makePlots } from './plots.ts';
import type { makeTracks } from './tracks.ts';

export interface Timeline {
  /** @param all whether every curve is needed, as on paper, and not only the visible ones */
  restyle(all: boolean): void;
  /** Draws the visible stretch of time again. */
  settle(): void;
}

/**
 * Starts one timeline: one view and one cursor over all its parts, zoom by dragging. Its source goes into the page as
 * it is, so it may use nothing but its parameters.
 */
export function makeTimeline(
  browser: Browser,
  uPlot: PlotClass,
  data: PageData,
  parts: { makePlots: typeof makePlots; makeTracks: typeof makeTracks; makeHeat: typeof makeHeat },
): Timeline | null {
  const score = browser.document.getElementById(data.id);
  const frame = score?.querySelector('.ruler') ?? null;
  if (score === null || frame === null) return null;
  const found = (selector: string) => score.querySelector(selector);
  for (const { t } of data.charts.flatMap(({ curves }) => curves)) {
    for (let at = 1; at < t.length; at += 1) t[at] = (t[at] ?? 0) + (t[at - 1] ?? 0);
  }

  const ticks = (view: View, width: number): number[] => {
    const wanted = (view.to - view.from) / Math.max(2, width / 90);
    const size = 10 ** Math.floor(Math.log10(wanted));
    const factor = [1, 2, 5, 10].find((candidate) => candidate * size >= wanted) ?? 10;
    const minutes = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000];
    const step = wanted > 10_000 ? (minutes.find((m) => m >= wanted) ?? factor * size) : factor * size;
    const at: number[] = [];
    for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) at.push(t);
    return at;
  };
  const clock = (t: number, step: number): string => {
    const digits = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
    if (data.to < 120_000) return `${(t / 1000).toFixed(digits)} s`;
    // Rounded as it is shown, so that 59.996 s does not become 0:60.00.
    const shown = Number((Math.abs(t) / 1000).toFixed(digits));
    const rest = (shown % 60).toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, '0');
    return `${t < 0 && shown > 0 ? '−' : ''}${Math.floor(shown / 60)}:${rest}`;
  };

  const whole: View = { from: data.from, to: data.to };
  let view = whole;
  const all = [
    parts.makeTracks(browser, score, ticks, clock),
    parts.makePlots(browser, uPlot, data, { ticks, makeHeat: parts.makeHeat }),
  ];
  const cursor = found('.cursor');
  const selection = found('.selection');
  const readout = found('.readout');
  const reset = found('.whole');

  const show = (next: View): void => {
    view = next;
    for (const part of all) part.show(view);
    score.dataset['viewFrom'] = String(Math.round(view.from));
    score.dataset['viewTo'] = String(Math.round(view.to));
    if (reset !== null) reset.hidden = view === whole;
  };
  /** The time under the pointer, and its distance from the left edge of the timeline. */
  const locate = (event: PointerLike) => {
    const box = frame.getBoundingClientRect();
    const ratio = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return {
      t: view.from + ratio * (view.to - view.from),
      x: box.left - score.getBoundingClientRect().left + ratio * box.width,
      inside: event.clientX >= box.left && event.clientX <= box.left + box.width,
    };
  };
  const point = (at: { t: number; x: number } | null): void => {
    for (const part of all) part.point(at?.t ?? null);
    if (cursor !== null) {
      cursor.hidden = at === null;
      if (at !== null) cursor.style.left = `${at.x}px`;
    }
    if (readout !== null) readout.textContent = at === null ? '' : clock(at.t, 10);
  };

  const spoken = found('.spoken');
  const bands = [...score.querySelectorAll('.phase, .window')];
  /** Where the keys have moved the cursor; null until they have. */
  let keyed: number | null = null;
  /** Ask before anything is changed: afterwards the answer would need a new layout. */
  const place = (): { left: number; width: number } => {
    const { left, width } = frame.getBoundingClientRect();
    return { left: left - score.getBoundingClientRect().left, width };
  };
  const step = (t: number, { left, width } = place()): void => {
    const span = view.to - view.from;
    keyed = Math.min(whole.to, Math.max(whole.from, t));
    if (keyed < view.from || keyed > view.to) {
      const from = Math.min(whole.to - span, Math.max(whole.from, keyed - span / 2));
      show({ from, to: from + span });
    }
    const at = keyed;
    point({ t: at, x: left + ((at - view.from) / span) * width });
    if (spoken === null) return;
    const there = bands.filter((b) => Number(b.dataset['from']) <= at && at < Number(b.dataset['to']));
    spoken.textContent = [clock(at, 10), ...there.map((b) => b.textContent?.trim() ?? '')].join(', ');
  };
  const zoom = (factor: number): void => {
    const middle = keyed ?? (view.from + view.to) / 2;
    const where = place();
    const span = Math.min(whole.to - whole.from, Math.max(10, (view.to - view.from) * factor));
    const from = Math.min(whole.to - span, Math.max(whole.from, middle - span / 2));
    show(span >= whole.to - whole.from ? whole : { from, to: from + span });
    step(middle, where);
  };
  score.addEventListener('keydown', (event) => {
    if (event.target !== score || event.ctrlKey || event.metaKey || event.altKey) return;
    const span = view.to - view.from;
    const from = keyed ?? (view.from + view.to) / 2;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => step(from - span / (event.shiftKey ? 10 : 100)),
      ArrowRight: () => step(from + span / (event.shiftKey ? 10 : 100)),
      Home: () => step(whole.from),
      End: () => step(whole.to),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      Escape: () => show(whole),
    };
    const act = keys[event.key ?? ''];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  score.addEventListener('blur', () => point(null));

  let start: { t: number; x: number } | null = null;
  score.addEventListener('pointerdown', (event) => {
    const at = locate(event);
    if (event.button === 0 && at.inside && event.target.closest('button, a, summary') === null) start = at;
  });
  score.addEventListener('pointermove', (event) => {
    const at = locate(event);
    point(at.inside || start !== null ? at : null);
    if (start === null || selection === null) return;
    if (Math.abs(at.x - start.x) > 4) score.setPointerCapture(event.pointerId);
    selection.hidden = Math.abs(at.x - start.x) <= 4;
    selection.style.left = `${Math.min(at.x, start.x)}px`;
    selection.style.width = `${Math.abs(at.x - start.x)}px`;
  });
  const finish = (event: PointerLike, zoom: boolean): void => {
    const from = start;
    start = null;
    if (selection !== null) selection.hidden = true;
    if (from === null || !zoom) return;
    const at = locate(event);
    if (Math.abs(at.x - from.x) > 8) show({ from: Math.min(from.t, at.t), to: Math.max(from.t, at.t) });
  };
  score.addEventListener('pointerup', (event) => finish(event, true));
  score.addEventListener('pointercancel', (event) => finish(event, false));
  score.addEventListener('pointerleave', () => point(null));
  score.addEventListener('dblclick', () => show(whole));
  reset?.addEventListener('click', () => show(whole));
  for (const button of score.querySelectorAll('button[data-from]')) {
    button.addEventListener('click', () => {
      const from = Number(button.dataset['from']);
      const to = Number(button.dataset['to']);
      const margin = (to - from) * 0.05;
      show({ from: Math.max(whole.from, from - margin), to: Math.min(whole.to, to + margin) });
    });
  }
  show(whole);

  return {
    restyle(every) {
      for (const part of all) part.restyle(every);
    },
    settle: () => show(view),
  };
}
