import { html, type Markup } from '../markup.ts';

/** A key figure, as an item of a list of the class `figures`. @param tone a verdict, `plain` or `none` */
export function figure(label: string, value: string, note: string, tone: string): Markup {
  return html`<li class="figure t-${tone}">
    <span class="label">${label}</span><strong>${value}</strong><span class="note">${note}</span>
  </li>`;
}
