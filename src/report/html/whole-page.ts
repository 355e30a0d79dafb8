import { escapeHtml } from './markup.ts';

/** The parts of a page; `content` is markup already. */
export interface WholePage {
  title: string;
  /** Its content security policy. */
  policy: string;
  style: string;
  content: string;
}

/** The text of a page that needs no other file. */
export function wholePage({ title, policy, style, content }: WholePage): string {
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
${content}
</body>
</html>
`;
}
