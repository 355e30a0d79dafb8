/** Units are written in the files (`5s`, `1GiB`) and are plain numbers in the program, under these names. */
export type Milliseconds = number;
export type Bytes = number;
export type PerSecond = number;
/** 0 to 1. */
export type Ratio = number;

export type UnitName = 'duration' | 'size' | 'rate' | 'percentage';

export interface UnitDefinition {
  /** The pattern for the text in the JSON Schema. */
  pattern: string;
  /** The expected form, as an error shows it. */
  expected: string;
  example: string;
  /** The number meant by a text that matches the pattern. */
  parse(text: string): number;
}

const DURATION_FACTORS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZE_FACTORS: Record<string, number> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  kB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
};

export const UNITS: Readonly<Record<UnitName, UnitDefinition>> = {
  duration: {
    pattern: '^(\\d+(\\.\\d+)?)(ms|s|m|h)$',
    expected: 'a duration with its unit (ms, s, m or h)',
    example: '5s',
    parse: (text) => scaled(text, DURATION_FACTORS),
  },
  size: {
    pattern: '^(\\d+(\\.\\d+)?)(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)$',
    expected: 'a size with its unit (B, KiB, MiB, GiB, TiB, or kB, MB, GB, TB)',
    example: '256B',
    parse: (text) => Math.round(scaled(text, SIZE_FACTORS)),
  },
  rate: {
    pattern: '^(\\d+(\\.\\d+)?)/(s|m)$',
    expected: 'a rate per second or minute',
    example: '200/s',
    parse: (text) => {
      const [count, per] = text.split('/');
      return Number(count) / (per === 'm' ? 60 : 1);
    },
  },
  percentage: {
    pattern: '^(\\d+(\\.\\d+)?)%$',
    expected: 'a percentage with its sign',
    example: '99.9%',
    parse: (text) => Number(text.slice(0, -1)) / 100,
  },
};

function scaled(text: string, factors: Record<string, number>): number {
  const match = /^([\d.]+)([A-Za-z]+)$/.exec(text);
  const factor = match?.[2] === undefined ? undefined : factors[match[2]];
  if (match?.[1] === undefined || factor === undefined) throw new RangeError(`not a quantity: ${text}`);
  return Number(match[1]) * factor;
}

/** A duration for people: `850 ms`, `5 s`, `12.3 s`, `2 m 05 s`, `3 h 07 m`. */
export function formatDuration(ms: Milliseconds): string {
  if (ms < 1000) return `${ms < 10 && ms % 1 !== 0 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  const seconds = Math.round(ms / 1000);
  const inPairs = (unit: number, large: string, small: string): string => {
    const count = Math.round((seconds * 60) / unit);
    return `${Math.floor(count / 60)} ${large} ${String(count % 60).padStart(2, '0')} ${small}`;
  };
  return seconds < 3_600 ? inPairs(60, 'm', 's') : inPairs(3_600, 'h', 'm');
}

/** A size for people, as it is written in the files: `64B`, `100KiB`, `1.5MiB`. */
export function formatSize(bytes: Bytes): string {
  const unit = (['GiB', 'MiB', 'KiB'] as const).find((name) => bytes >= (SIZE_FACTORS[name] ?? Infinity));
  return unit === undefined
    ? `${bytes}B`
    : `${Number((bytes / (SIZE_FACTORS[unit] ?? 1)).toFixed(1))}${unit}`;
}

/** A duration as it is written in the files, without a loss: `30s`, `90s`, `1.5ms`. */
export function exactDuration(ms: Milliseconds): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms > 0 && ms % (DURATION_FACTORS[name] ?? 1) === 0);
  return unit === undefined ? `${plainNumber(ms)}ms` : `${ms / (DURATION_FACTORS[unit] ?? 1)}${unit}`;
}

/** A size as it is written in the files, without a loss: `4GiB`, `1000B`. */
export function exactSize(bytes: Bytes): string {
  const units = ['TiB', 'GiB', 'MiB', 'KiB', 'TB', 'GB', 'MB'] as const;
  const unit = units.find((name) => bytes > 0 && bytes % (SIZE_FACTORS[name] ?? 1) === 0);
  return unit === undefined ? `${bytes}B` : `${bytes / (SIZE_FACTORS[unit] ?? 1)}${unit}`;
}

/** Digits alone: small numbers have an exponent otherwise. */
function plainNumber(value: number): string {
  return /e/.test(String(value)) ? value.toFixed(6).replace(/\.?0+$/, '') : String(value);
}

/** A ratio for people: `12.5%`, with at most so many digits after the point. */
export function formatPercentage(ratio: Ratio, digits = 1): string {
  return `${Number((ratio * 100).toFixed(digits))}%`;
}
