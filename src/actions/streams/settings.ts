import type { Settings } from '../../nats/assets/changeable.ts';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { formatDuration } from '../../support/units.ts';
import type { ActionContext } from '../action.ts';

const ANSWER_MS = 20_000;

/** `maxMessages 1000, maxAge 1 h`: resolved fields of `set`, as people write them. */
export function setText(settings: Settings, set: Readonly<Record<string, unknown>>): string {
  return Object.entries(set)
    .map(([name, value]) => `${name} ${valueText(settings[name], value)}`)
    .join(', ');
}

function valueText(schema: object | undefined, value: unknown): string {
  const unit = schema !== undefined && 'x-unit' in schema ? schema['x-unit'] : undefined;
  if (typeof value === 'number' && unit === 'duration') return formatDuration(value);
  if (typeof value === 'number' && unit === 'size') return `${value} B`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the server says of a stream or consumer; one that elects a leader does not answer for some seconds. */
export async function known<T>(
  ctx: ActionContext,
  address: string,
  read: () => Promise<T | null>,
): Promise<T> {
  const found = await until(async () => (await read()) ?? ('missing' as const), {
    timeoutMs: ANSWER_MS,
    signal: ctx.signal,
    what: `an answer of ${address}`,
  });
  if (found === 'missing') throw new ChaosError('failed', `${address} does not exist`);
  return found;
}

/** `max_msgs -1 before, 1000 now`: in the server's own names, as these are what it was asked for. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): string {
  const text = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value));
  return Object.keys(wanted)
    .map((key) => `${key} ${text(before[key])} before, ${text(now[key])} now`)
    .join(', ');
}

/** Checks on buckets know what their stream may forget from its declaration alone. @throws ChaosError for such a stream */
export function demandNoBucket(stream: string, action: string): void {
  if (!/^[^/]*\/KV_/.test(stream)) return;
  throw new ChaosError('failed', `${stream} is the stream of a bucket, which ${action} does not touch`);
}
