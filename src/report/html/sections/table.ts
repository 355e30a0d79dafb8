import { html, Markup } from '../markup.ts';

type Cell = Markup | string | number;

/**
 * A table with its caption, without empty columns. Roles are written out, because on a narrow page its rows become
 * cards, and browsers then no longer treat it as a table.
 */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const used = heads.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const numeric = new Set(used.filter((column) => rows.every((row) => isNumber(row[column]))));
  const header = used.map(
    (column) =>
      html`<th role="columnheader" scope="col" ${numeric.has(column) && html` class="num"`}>
        ${heads[column]}
      </th>`,
  );
  const body = rows.map((row) => {
    const cells = used.map(
      (column) =>
        html`<td role="cell" ${numeric.has(column) && html` class="num"`} data-label="${heads[column]}">
          <div>${row[column]}</div>
        </td>`,
    );
    return html`<tr role="row">
      ${cells}
    </tr>`;
  });
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${header}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${body}
    </tbody>
  </table>`;
}

/** `1,600`, `4`: numbers whose digits are aligned. */
function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && /^[\d,]+$/.test(cell));
}

/** Names and values side by side. */
export function facts(items: readonly (readonly [string, Cell] | null)[]): Markup {
  return html`<dl class="facts">
    ${items.map(
      (item) =>
        item !== null &&
        html`<div>
          <dt>${item[0]}</dt>
          <dd>${item[1]}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A section of the page that has a heading, and an entry in its table of contents. */
export class Section extends Markup {
  readonly id: string;
  readonly title: string;

  constructor(id: string, title: string, text: string) {
    super(text);
    this.id = id;
    this.title = title;
  }
}

export function section(id: string, title: string, body: readonly (Markup | null | false)[]): Section {
  const { text } = html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`;
  return new Section(id, title, text);
}

/** The table of contents; paper does not need it, as its pages follow one another. */
export function contents(sections: readonly Section[]): Markup {
  return html`<nav class="contents screen" aria-label="Contents">
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

/** A moment, in seconds since the run began. */
export function at(t: number | undefined): string {
  return t === undefined ? '–' : `${(t / 1000).toFixed(2)} s`;
}
