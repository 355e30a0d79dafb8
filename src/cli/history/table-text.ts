import Table from 'cli-table3';
import type { Paint } from '../../report/paint.ts';
import { clip, printable } from '../../report/text.ts';
import { COLUMNS, shown } from './columns.ts';
import type { Operation } from './operation.ts';

/** Longer cells would break the lines of most terminals; `--json` has them whole. */
const MAX_CELL = 60;

/** Operations as a table without borders; columns that are empty are left out. */
export function operationsTable(operations: readonly Operation[], paint: Paint): string {
  const columns = Object.entries(COLUMNS).filter(([, column]) =>
    operations.some((operation) => column.of(operation) !== null),
  );
  const rows = operations.map((operation) =>
    columns.map(([name, column]) => {
      const text = shown(column, operation);
      return name === 'outcome' && text !== 'ok' ? paint.caution(text) : text;
    }),
  );
  return plainTable(
    columns.map(([name]) => name),
    rows,
    paint,
  );
}

export function plainTable(head: readonly string[], rows: readonly string[][], paint: Paint): string {
  const border = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'];
  const rest = ['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const table = new Table({
    head: head.map((text) => paint.dim(text)),
    chars: { ...Object.fromEntries([...border, ...rest].map((name) => [name, ''])), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  // Colours are control characters too, so only text without them is cleaned.
  for (const row of rows)
    table.push(row.map((text) => (text.includes('\u001b[') ? text : clip(printable(text), MAX_CELL))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
