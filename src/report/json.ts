import type { SavedRun } from './schema.ts';

/** The text of `report.json`: one line for each field, and for each item of a list, so that it can be diffed. */
export function renderJson(saved: SavedRun): string {
  const fields = Object.entries(saved).map(([key, value]) => `${JSON.stringify(key)}: ${render(value)}`);
  return `{\n${fields.join(',\n')}\n}\n`;
}

function render(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((item) => `  ${JSON.stringify(item)}`).join(',\n')}\n]`;
}
