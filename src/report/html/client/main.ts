import type { PageData } from '../model/page-data.ts';
import type { Browser, PlotClass } from './browser.ts';
import type { makeHeat } from './heat.ts';
import type { makePlots } from './plots.ts';
import type { makeTimeline } from './timeline.ts';
import type { makeTracks } from './tracks.ts';

/**
 * Starts every timeline of the page, and redraws it when the window, the colours or the medium change. Its source goes
 * into the page as it is, so it may use nothing but its parameters.
 */
export function main(
  browser: Browser,
  uPlot: PlotClass,
  parts: {
    makeTimeline: typeof makeTimeline;
    makePlots: typeof makePlots;
    makeTracks: typeof makeTracks;
    makeHeat: typeof makeHeat;
  },
): void {
  const { document } = browser;
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById('run-data')?.textContent ?? '[]') as PageData[];
  root.classList.add('live');
  const timelines = data.flatMap((one) => parts.makeTimeline(browser, uPlot, one, parts) ?? []);

  let waiting = false;
  const restyle = (): void => {
    if (waiting) return;
    waiting = true;
    browser.requestAnimationFrame(() => {
      waiting = false;
      for (const timeline of timelines) timeline.restyle(false);
    });
  };
  browser.addEventListener('resize', restyle);
  browser.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', restyle);
  browser.addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details:not(.raw)')) details.open = true;
    // Paper is laid out later, when nothing can be drawn any more: this class sets the width and colours of paper now.
    root.classList.toggle('printing', true);
    for (const timeline of timelines) timeline.restyle(true);
    for (const timeline of timelines) timeline.settle();
  });
  browser.addEventListener('afterprint', () => {
    root.classList.toggle('printing', false);
    restyle();
    for (const timeline of timelines) timeline.settle();
  });
}
