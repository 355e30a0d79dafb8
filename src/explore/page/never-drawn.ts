import { html } from '../../report/html/markup.ts';
import { section, type Section } from '../../report/html/sections/table.ts';
import type { SavedSearch } from '../saved.ts';

/** What the space offers and no run has had: features as a whole, and values of features that runs had. */
export function neverDrawnSection({ neverDrawn, features }: SavedSearch): Section | false {
  if (neverDrawn.length === 0) return false;
  const names = features.map(({ name }) => name);
  const whole = neverDrawn.filter((name) => names.includes(name));
  const values = new Map<string, string[]>();
  for (const name of neverDrawn.filter((one) => !whole.includes(one))) {
    const feature = featureOf(name, names);
    values.set(feature, [...(values.get(feature) ?? []), name.slice(feature.length).trim()]);
  }
  return section('never-drawn', 'Never drawn', [
    html`<p class="hint">
      Part of the space, and in no run so far: nothing is known of them. Of several entries of one kind the
      second is called 2, as in chaos plan of the space.
    </p>`,
    whole.length > 0 &&
      html`<h3>Faults, actions and settings</h3>
        <ul class="names">
          ${whole.map((name) => html`<li><span class="tag">${name}</span></li>`)}
        </ul>`,
    values.size > 0 &&
      html`<h3>Values of the others</h3>
        <dl class="values">
          ${[...values].map(
            ([feature, those]) =>
              html`<div>
                <dt>${feature}</dt>
                <dd>${those.map((value) => html`<span class="tag">${value}</span> `)}</dd>
              </div>`,
          )}
        </dl>`,
  ]);
}

/** The longest name that a value begins with: `action step-down 2` before `action step-down`. */
function featureOf(value: string, names: readonly string[]): string {
  const those = names.filter((name) => value.startsWith(`${name} `));
  return those.sort((a, b) => b.length - a.length)[0] ?? '';
}
