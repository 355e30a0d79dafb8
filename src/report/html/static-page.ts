import { createHash } from 'node:crypto';
import type { Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { wholePage } from './whole-page.ts';

/**
 * A self-contained page without any script: its policy forbids a browser to load or run anything.
 *
 * @param extra what the page adds to the common style sheet
 */
export function staticPage(title: string, body: Markup, extra = ''): string {
  const style = `${STYLE}\na{color:var(--link)}\nh1{margin-top:32px}${extra}`;
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return wholePage({ title, policy, style, content: body.text });
}
