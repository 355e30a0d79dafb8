import { relative } from 'node:path';
import { renderSummary } from '../../report/console.ts';
import { renderAnnotations } from '../../report/forms/annotations.ts';
import { renderEvents } from '../../report/forms/events.ts';
import { renderJunit } from '../../report/forms/junit.ts';
import { renderMarkdown } from '../../report/forms/markdown.ts';
import { renderHtml } from '../../report/html.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { widthOf, write } from '../output.ts';
import { loadSavedRun, savedRunFolder } from '../report/saved-runs.ts';
import { inRepository } from '../forms/forms.ts';
import { writeForm } from '../forms/form-files.ts';

/** One file for each requested form; `-` is stdout. */
export interface ReportOptions {
  out: string;
  html?: string;
  junit?: string;
  markdown?: string;
  annotations?: string;
  events?: string;
}

const FORMS = {
  html: renderHtml,
  junit: (saved) => renderJunit([saved]),
  markdown: (saved) => renderMarkdown([saved]),
  annotations: (saved) => renderAnnotations(saved, (file) => inRepository(file, process.env)),
  events: renderEvents,
} satisfies Record<string, (saved: SavedRun) => string>;

/**
 * `chaos report RUN`: renders a saved run in any form again; prints its summary when no form is requested. @returns 0,
 * whatever the run's verdict
 */
export function reportCommand(run: string, options: ReportOptions): Promise<number> {
  const wanted = (Object.keys(FORMS) as (keyof typeof FORMS)[]).flatMap((form) => {
    const file = options[form];
    return file === undefined ? [] : [{ form, file }];
  });
  if (wanted.filter(({ file }) => file === '-').length > 1)
    throw new ChaosError('usage', 'only one form can go to stdout (-)');
  const folder = savedRunFolder(run, options.out);
  const saved = loadSavedRun(folder);
  for (const { form, file } of wanted) writeTo(file, FORMS[form](saved));
  if (wanted.length === 0) write(summaryOf(saved, relative(process.cwd(), folder)));
  return Promise.resolve(ExitCode.pass);
}

function writeTo(file: string, text: string): void {
  if (file === '-') {
    write(text);
    return;
  }
  writeForm(file, text);
}

function summaryOf(saved: SavedRun, folder: string): string {
  const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return renderSummary(saved, { color, width: widthOf(process.stdout, 100), plain: !color, folder });
}
