import { html, type Markup } from '../../report/html/markup.ts';

/** Relative, so that the folder can be moved; encoded, so that any web server can serve it. */
export function linkTo(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

const MOST_LINKS = 12;

/** Links to runs within the page. */
export function runLinks(numbers: readonly number[]): Markup {
  const links = numbers
    .slice(0, MOST_LINKS)
    .map((number, at) => html`${at > 0 && ', '}<a href="#run-${number}">${number}</a>`);
  const more = numbers.length - MOST_LINKS;
  return html`${links}${more > 0 && html` and ${more} more`}`;
}
