import { html, type Markup } from '../markup.ts';

export interface TimelineBox {
  /** Unique on the page; the script finds its data by it. */
  id: string;
  /** Its name for screen readers. */
  label: string;
  hint: Markup;
}

/** The box that the page's script fills: its head and its charts, and above it how to use it. */
export function timelineBox({ id, label, hint }: TimelineBox, content: Markup): Markup[] {
  return [
    html`<p class="hint screen" id="${id}-hint">
      ${hint} With keys: <kbd>←</kbd> <kbd>→</kbd> move, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>Esc</kbd> shows
      all.
    </p>`,
    html`<noscript
      ><p class="hint">The curves need JavaScript; everything else on this page does not.</p></noscript
    >`,
    html`<div
      class="score"
      id="${id}"
      role="group"
      tabindex="0"
      aria-label="${label}"
      aria-describedby="${id}-hint"
    >
      <p class="spoken sr" aria-live="polite"></p>
      <div class="selection" hidden></div>
      <div class="cursor" hidden></div>
      ${content}
    </div>`,
  ];
}
