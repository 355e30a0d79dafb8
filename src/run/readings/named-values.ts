import type { Sample } from '../../history/record.ts';

/** The readings of one name, or of a probe that names none. */
export interface NamedSamples {
  /** Left out where the probe reads one thing. */
  name?: string;
  samples: Sample[];
}

/**
 * Readings of several numbers at once, as readings of each number. A name that a reading lacks has no reading there, so
 * one that has vanished does not hold any more.
 */
export function byName(samples: readonly Sample[]): NamedSamples[] {
  const names = new Set(samples.flatMap(({ values = {} }) => Object.keys(values)));
  if (names.size === 0) return [{ samples: [...samples] }];
  return [...names].map((name) => ({ name, samples: samples.map((sample) => only(name, sample)) }));
}

function only(name: string, { t, values, error }: Sample): Sample {
  const value = values?.[name];
  return value === undefined ? { t, error: error ?? `there was no ${name}` } : { t, value };
}
