import type { ProgressEvent, ProgressTick } from '../../history/progress.ts';
import { formatDuration } from '../../support/units.ts';
import { paintFor, type Paint } from '../paint.ts';
import type { Progress, ProgressOutput } from './reporter.ts';
import { clip, formatNumber, printable } from '../text.ts';
import { timelineLine } from './plain.ts';

const MAX_LINES = 8;

/** The timeline scrolls by above; the status of the run is redrawn in place below it, in at most eight lines. */
export class TtyProgress implements Progress {
  readonly #out: ProgressOutput;
  readonly #paint: Paint;
  #drawn = 0;
  #tick: ProgressTick | undefined;

  constructor(out: ProgressOutput, color: boolean) {
    this.#out = out;
    this.#paint = paintFor(color);
  }

  event(event: ProgressEvent): void {
    if (event.type === 'tick') this.#tick = event;
    const above = event.type === 'line' ? `${this.#styled(event)}\n` : '';
    const block = this.#tick === undefined ? [] : statusBlock(this.#tick, this.#width(), this.#paint);
    const below = block.map((line) => `${line}\n`).join('');
    this.#out.write(`${this.#erase()}${above}${below}`);
    this.#drawn = block.length;
  }

  end(): void {
    this.#out.write(this.#erase());
    this.#drawn = 0;
    this.#tick = undefined;
  }

  #erase(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
  }

  /**
   * One column stays free: a full line would wrap on some terminals, and the cursor would then be on the wrong line. A
   * terminal that does not know its width says 0.
   */
  #width(): number {
    return Math.max(20, (this.#out.columns || 80) - 1);
  }

  #styled(line: { t: number; kind: string; text: string }): string {
    const text = clip(timelineLine(line), 400);
    if (line.kind === 'problem') return this.#paint.bad(text);
    return line.kind === 'phase' ? this.#paint.bold(text) : text;
  }
}

/** The status of the run, in four to eight lines. */
function statusBlock(tick: ProgressTick, width: number, paint: Paint): string[] {
  const left =
    tick.remainingMs === null ? 'until its condition holds' : `${formatDuration(tick.remainingMs)} left`;
  const head = `▶ ${printable(tick.phase)} · ${left} · ${formatDuration(tick.t)} since the start`;
  const workloads = tick.workloads.map(
    ({ name, rate, done }) =>
      `${printable(name)} ${formatNumber(Math.round(rate))}/s (${formatNumber(done)})`,
  );
  const probes = tick.probes.map(
    ({ id, value, state }) =>
      `${printable(id)} ${value === undefined ? printable(state ?? '—') : formatNumber(value)}`,
  );
  const workloadLines = flow(workloads, width, 3);
  const probeLines = flow(probes, width, MAX_LINES - 2 - workloadLines.length);
  return [
    paint.dim('─'.repeat(Math.min(width, 60))),
    paint.bold(clip(head, width)),
    ...workloadLines,
    ...probeLines.map((line) => paint.dim(line)),
  ];
}

/** Items side by side, as many as fit on `lines` lines; the last line says how many do not fit. */
function flow(items: readonly string[], width: number, lines: number): string[] {
  const rows: string[] = [];
  let shown = 0;
  for (const item of items) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 3 + item.length <= width)
      rows[rows.length - 1] = `${last} · ${item}`;
    else if (rows.length < lines) rows.push(`  ${clip(item, width - 2)}`);
    else break;
    shown += 1;
  }
  const left = items.length - shown;
  const last = rows.at(-1);
  if (left > 0 && last !== undefined) rows[rows.length - 1] = `${clip(last, width - 12)} · ${left} more`;
  return rows;
}
