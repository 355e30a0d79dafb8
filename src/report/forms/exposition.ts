/** One sample of a metric. */
export interface Series {
  labels?: Record<string, string>;
  value: number;
}

/** A metric in the text that Prometheus reads (exposition format 0.0.4), with all of its samples. */
export function family(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  series: readonly Series[],
): string {
  const lines = series.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${numberText(value)}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
