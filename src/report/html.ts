import type { SavedRun } from './schema.ts';

/** One self-contained page, without any network: the whole run, to be looked at. */
export function renderHtml(saved: SavedRun): string {
  return `<!doctype html><title>${saved.verdict}</title>`;
}
