import { html, type Markup } from '../../report/html/markup.ts';
import { section, type Section } from '../../report/html/sections/table.ts';
import { counted } from '../../report/text.ts';
import type { SavedSearch } from '../saved.ts';

/** Shades of a count, from none to the most. */
const SHADES = 4;

/** How often each two kinds of faults and actions were in force together; on the diagonal, two of one kind. */
export function overlapsSection(search: SavedSearch): Section | false {
  const kinds = kindsOf(search);
  if (kinds.length === 0) return false;
  const counts = new Map(search.overlaps.map(({ a, b, count }) => [pairOf(a, b), count]));
  const most = Math.max(1, ...counts.values());
  const runsOf = (kind: string): number => search.runs.filter((run) => run.kinds.includes(kind)).length;
  const rows = kinds.map(
    (row, at) =>
      html`<tr>
        <th scope="row">${row}<span class="runs">${counted(runsOf(row), 'run')}</span></th>
        ${kinds
          .slice(0, at + 1)
          .map((column) => cell(row, column, counts.get(pairOf(row, column)) ?? 0, most))}
      </tr>`,
  );
  const heads = kinds.map((kind) => html`<th scope="col"><span>${kind}</span></th>`);
  const pairs = (kinds.length * (kinds.length + 1)) / 2;
  const met = kinds.flatMap((a, at) => kinds.slice(at).filter((b) => counts.has(pairOf(a, b)))).length;
  const grid = html`<p class="hint" id="overlaps-caption">
      In how many runs faults and actions of two kinds were in force at the same time; on the diagonal, two of
      one kind. ${met} of ${counted(pairs, 'pair')} of kinds that were drawn have met
    </p>
    <div class="scroll" role="region" tabindex="0" aria-labelledby="overlaps-title">
      <table class="overlaps" aria-labelledby="overlaps-caption">
        <tbody>
          ${rows}
        </tbody>
        <tfoot>
          <tr>
            <td></td>
            ${heads}
          </tr>
        </tfoot>
      </table>
    </div>`;
  return section('overlaps', 'What met what', [grid]);
}

/** Kinds that runs had, in the order of the alphabet: what none had is listed by itself. */
function kindsOf({ overlaps, runs }: SavedSearch): string[] {
  const met = overlaps.flatMap(({ a, b }) => [a, b]);
  return [...new Set([...met, ...runs.flatMap(({ kinds }) => kinds)])].sort();
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}\0${b}` : `${b}\0${a}`;
}

function cell(row: string, column: string, count: number, most: number): Markup {
  const shade = count === 0 ? 0 : Math.max(1, Math.ceil((count / most) * SHADES));
  const words = row === column ? `two of ${row}` : `${row} and ${column}`;
  return html`<td class="n${shade}" title="${words}: ${counted(count, 'run')}">
    ${count === 0 ? '·' : count}
  </td>`;
}
