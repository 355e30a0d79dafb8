import type { Verdict } from '../../../verdict/verdict.ts';
import { html, Markup } from '../markup.ts';

/** Every verdict has a shape of its own, so that it can be read without colour. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  pass: '<circle cx="12" cy="12" r="11"/><path class="ink" d="M6.8 12.6l3.5 3.5 7-7.6"/>',
  fail: '<path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z"/><path class="ink" d="M8 8l8 8M16 8l-8 8"/>',
  inconclusive:
    '<path d="M12 .6L23.4 12 12 23.4.6 12z"/><path class="ink" d="M9.3 9.6c.2-3.6 5.4-3.4 5.3-.2 0 2-2.6 2.1-2.6 4.2M12 16.6v.6"/>',
  error: '<path d="M12 1.4L23.4 22H.6z"/><path class="ink" d="M12 9v6M12 18v.5"/>',
  unclean:
    '<path d="M6 1.6h12L23.6 12 18 22.4H6L.4 12z"/><path class="ink" d="M9 6.5V13M9 16.6v.5M15 6.5V13M15 16.6v.5"/>',
  interrupted:
    '<rect x="1.5" y="1.5" width="21" height="21" rx="4"/><path class="ink" d="M9 7.5v9M15 7.5v9"/>',
};

export const VERDICT_NAMES: Readonly<Record<Verdict, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  error: 'Error',
  unclean: 'Unclean',
  interrupted: 'Interrupted',
};

export function shape(verdict: Verdict): Markup {
  const svg = `<svg class="shape" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[verdict]}</svg>`;
  return new Markup(svg);
}

/** A small sign with its word. */
export function badge(verdict: Verdict, word: string = VERDICT_NAMES[verdict]): Markup {
  return html`<span class="badge v-${verdict}">${shape(verdict)}${word}</span>`;
}
