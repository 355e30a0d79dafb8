import { edgeOf, rowsOf } from '../../../history/latency/heat-map.ts';
import { LatencyHistogram } from '../../../history/latency/histogram.ts';
import { latencyFigures, latencyText } from '../../latency-figures.ts';
import { offerSentence } from '../../offer-text.ts';
import type { SavedRun } from '../../schema.ts';
import { formatNumber } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { section, table, type Section } from './table.ts';

type Workload = SavedRun['workloads'][number];
type Latency = NonNullable<Workload['latency']>[number];

/** Percentiles of each workload by phase, with the shape of their distribution; null in reports of older programs. */
export function latencies({ workloads }: SavedRun): Section | null {
  const measured = workloads.filter(({ latency = [] }) => latency.length > 0);
  if (measured.length === 0) return null;
  const hint = html`<p class="hint">
    By when an operation was sent; to 1 %, and never below the true figure. An operation without an answer is
    slower than all others; a refused one is not counted.
  </p>`;
  return section('latencies', 'Latencies', [hint, ...measured.flatMap(tables)]);
}

function tables(workload: Workload): Markup[] {
  const offer = offerSentence(workload);
  const note = offer === null ? [] : [html`<p class="hint">${workload.name} ${offer}.</p>`];
  return [...phaseTables(workload), ...note];
}

function phaseTables({ name, latency = [] }: Workload): Markup[] {
  const hasBoth = latency.some(({ fromSend }) => fromSend !== undefined);
  const intended = hasBoth ? `${name}, from the intended time of each operation` : name;
  const main = phaseTable(intended, latency, ({ fromIntended }) => fromIntended);
  if (!hasBoth) return [main];
  const sent = phaseTable(`${name}, from the send`, latency, (one) => one.fromSend ?? one.fromIntended);
  return [
    main,
    html`<details>
      <summary>${name}: the same from the send</summary>
      ${sent}
    </details>`,
  ];
}

const HEADS = ['Phase', 'Succeeded', 'Unanswered', 'p50', 'p90', 'p99', 'p99.9', 'Slowest answer', 'Shape'];

function phaseTable(caption: string, latency: readonly Latency[], textOf: (one: Latency) => string): Markup {
  const rows = latency.flatMap((one) => {
    const histogram = LatencyHistogram.decode(textOf(one));
    return histogram === null ? [] : [{ one, histogram, counts: rowsOf(histogram.packed()) }];
  });
  const used = rows.flatMap(({ counts }) => [...counts.keys()]);
  const span = { from: Math.min(...used), to: Math.max(...used) };
  return table(
    caption,
    HEADS,
    rows.map(({ one, histogram, counts }) => {
      const { percentiles, slowest } = latencyFigures(histogram, one.unanswered);
      return [
        one.phase ?? html`<b>whole run</b>`,
        formatNumber(histogram.count),
        one.unanswered === 0 ? '' : formatNumber(one.unanswered),
        ...percentiles.map(({ value }) => latencyText(value)),
        latencyText(slowest),
        shape(counts, span),
      ];
    }),
  );
}

const HEIGHT = 22;
const BAR = 6;

/** Bars, each twice as slow as the second before it; their heights are logarithms, so that few slow ones are seen too. */
function shape(counts: ReadonlyMap<number, number>, { from, to }: { from: number; to: number }): Markup {
  const most = Math.log1p(Math.max(1, ...counts.values()));
  const bars = [...counts].map(([row, count]) => {
    const height = Math.max(2, Math.round((HEIGHT * Math.log1p(count)) / most));
    return html`<rect
      x="${(row - from) * BAR}"
      y="${HEIGHT - height}"
      width="${BAR - 1}"
      height="${height}"
    />`;
  });
  const width = (to - from + 1) * BAR;
  const label = `from ${latencyText(edgeOf(from))} to ${latencyText(edgeOf(to + 1))}`;
  return html`<svg
    class="bars"
    viewBox="0 0 ${width} ${HEIGHT}"
    width="${width}"
    height="${HEIGHT}"
    role="img"
    aria-label="Its shape, ${label}"
  >
    <title>${label}, logarithmic</title>
    ${bars}
  </svg>`;
}
