import { formatDuration } from '../support/units.ts';

/** `×2.90`, `×∞`. */
export function ratioText(ratio: number | null): string {
  if (ratio === null) return '–';
  return Number.isFinite(ratio) ? `×${ratio.toFixed(2)}` : '×∞';
}

/** `1.41 s`, `0.5%`, `never`. */
export function quantity(value: number, unit: 'ms' | 'ratio'): string {
  if (!Number.isFinite(value)) return 'never';
  return unit === 'ms' ? formatDuration(value) : percent(value);
}

/** `20%` for 0.2. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))}%`;
}
