import { createHash } from 'node:crypto';
import { escapeHtml, type Markup } from './markup.ts';
import { STYLE } from './style.ts';

/**
 * A self-contained page without any script: a browser that honours its policy loads and runs nothing at all.
 *
 * @param extra what the page adds to the common style sheet
 */
export function staticPage(title: string, body: Markup, extra = ''): string {
  const style = `${STYLE}\na{color:var(--link)}\nh1{margin-top:32px}${extra}`;
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body.text}
</body>
</html>
`;
}
