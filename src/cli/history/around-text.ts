import type { Paint } from '../../report/paint.ts';
import type { Line, NeighbourLine } from './around.ts';
import { shownTime } from './columns.ts';
import { plainTable } from './table-text.ts';

/** The lives of messages, and then what is beside them. */
export function aroundText(lines: readonly Line[], paint: Paint): string {
  const neighbours = lines.flatMap((line) => (line.type === 'neighbour' ? [line] : []));
  const lives = new Map<string, string[][]>();
  for (const line of lines) {
    if (line.type === 'neighbour') continue;
    lives.set(line.message, [...(lives.get(line.message) ?? []), rowOf(line, paint)]);
  }
  const parts = [...lives].map(
    ([message, rows]) =>
      `${paint.bold(`message ${message}`)}\n${plainTable(['when', 'what', 'where', 'seq', 'outcome', 'details'], rows, paint)}`,
  );
  return [...parts, ...beside(neighbours, paint)].join('\n\n');
}

function rowOf(line: Exclude<Line, NeighbourLine>, paint: Paint): string[] {
  switch (line.type) {
    case 'published':
      return [
        shownTime(line.t),
        'published',
        `${line.stream} by ${line.workload}`,
        String(line.seq ?? ''),
        outcome(line.outcome, paint),
        [
          late(line.late),
          `known after ${shownTime(line.latency ?? 0)}`,
          attempts(line.attempts ?? 1),
          ...(line.note === null ? [] : [line.note]),
        ].join(', '),
      ];
    case 'delivered':
      return [
        shownTime(line.t),
        'delivered',
        `to ${line.workload}${line.member === null ? '' : ` (member ${line.member})`} from ${line.stream}`,
        String(line.seq),
        outcome(line.outcome, paint),
        [
          `delivery ${line.deliveries ?? '?'}`,
          line.latency === null ? 'never acknowledged' : `acknowledged after ${shownTime(line.latency)}`,
          ...(line.note === null ? [] : [line.note]),
        ].join(', '),
      ];
    case 'stored':
      return [
        'at the end',
        'stored',
        line.stream,
        String(line.seq),
        '',
        `${line.subject}, digest ${line.digest}`,
      ];
    case 'not-stored':
    case 'not-delivered':
    case 'not-published':
      return ['', paint.caution(line.type.replace('-', ' ')), line.where, '', '', line.why];
  }
}

function outcome(word: string, paint: Paint): string {
  return word === 'ok' ? word : paint.caution(word);
}

function late(ms: number | null): string {
  return ms === null || ms === 0 ? 'sent when it was due' : `sent ${shownTime(ms)} after it was due`;
}

function attempts(count: number): string {
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

function beside(lines: readonly NeighbourLine[], paint: Paint): string[] {
  const streams = [...new Set(lines.map(({ stream }) => stream))];
  return streams.map((stream) => {
    const bySeq = new Map(lines.filter((line) => line.stream === stream).map((line) => [line.seq, line]));
    const rows = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    const readers = Object.keys(rows[0]?.deliveries ?? {});
    const head = ['seq', 'acknowledged as', 'stored', ...readers.map((reader) => `deliveries to ${reader}`)];
    const table = rows.map(({ seq, published, stored, deliveries }) => [
      String(seq),
      published ?? '-',
      stored ?? '-',
      ...readers.map((reader) => String(deliveries[reader] ?? 0)),
    ]);
    return `${paint.bold(`beside it in ${stream}`)}\n${plainTable(head, table, paint)}`;
  });
}
