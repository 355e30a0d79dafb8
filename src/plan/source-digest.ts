import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';

/** Sixteen hexadecimal digits of the text of an experiment and its environment, as they are without their secrets. */
export function sourceDigest({ experiment, environment }: Plan): string {
  const sources = `${experiment.source}\0${environment.source}`;
  return createHash('sha256').update(sources).digest('hex').slice(0, 16);
}
