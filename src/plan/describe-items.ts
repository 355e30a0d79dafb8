import type { Condition } from '../probes/condition.ts';
import { formatDuration } from '../support/units.ts';
import type { JsonSchema } from '../experiment/schema/json-schema.ts';
import { resolveValue } from '../experiment/resolve/values.ts';
import type { ExpectationPlan, ThresholdPlan } from './plan.ts';

/** `mirror-lag qa1a/m: at most 100, within 10 s`. */
export function describeExpectation({ probe, condition }: ExpectationPlan): string {
  return `${probe}: ${describeCondition(condition)}`;
}

function describeCondition(condition: Condition): string {
  const { min, max, equals, is, advances, grows, growsAtLeast, growsAtMost, within, after } = condition;
  const words = [
    min === undefined ? '' : `at least ${min}`,
    max === undefined ? '' : `at most ${max}`,
    equals === undefined ? '' : `exactly ${equals}`,
    is ?? '',
    advances === undefined ? '' : advances ? 'advances' : 'does not move',
    grows === undefined ? '' : grows ? 'grows' : 'does not grow',
    growsAtLeast === undefined ? '' : `grows by at least ${growsAtLeast}`,
    growsAtMost === undefined ? '' : `grows by at most ${growsAtMost}`,
    within === undefined ? '' : `within ${formatDuration(within)}`,
    after === undefined ? '' : `after ${formatDuration(after)}`,
  ];
  return words.filter((word) => word !== '').join(', ');
}

export function describeThreshold(threshold: ThresholdPlan): string {
  switch (threshold.metric) {
    case 'recovery-time':
      return `recovery-time of phase ${threshold.phase}: at most ${formatDuration(threshold.maxMs)}${threshold.allowNeverLost === true ? ', or never lost' : ''}`;
    case 'unavailability':
      return `unavailability of ${threshold.workload}${threshold.phase === undefined ? '' : ` in phase ${threshold.phase}`}: at most ${formatDuration(threshold.maxMs)}`;
    case 'publish-errors':
    case 'errors':
      return `${threshold.metric} of ${threshold.workload} in phase ${threshold.phase}: at most ${threshold.max * 100}%`;
    case 'publish-latency':
    case 'latency': {
      const limits = Object.entries(threshold).flatMap(([key, value]) =>
        typeof value === 'number' ? [`${key.slice(0, -'Ms'.length)} at most ${formatDuration(value)}`] : [],
      );
      return `${threshold.metric} of ${threshold.workload} in phase ${threshold.phase}: ${limits.join(', ')}`;
    }
  }
}

/**
 * `, count 400, interval 20 ms`: the options that differ from their defaults and are not shown already.
 *
 * @param schema that of the options' kind
 */
export function describeOptions(
  options: Record<string, unknown>,
  shown: readonly unknown[],
  schema: JsonSchema,
): string {
  return Object.entries(options)
    .filter(([key, value]) => !shown.includes(value) && !isDefault(schema.properties?.[key], value))
    .map(([key, value]) => `, ${key} ${describeValue(schema.properties?.[key], value)}`)
    .join('');
}

function isDefault(schema: JsonSchema | undefined, value: unknown): boolean {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return true;
  if (schema?.default === undefined) return false;
  return JSON.stringify(resolveValue(schema, schema.default)) === JSON.stringify(value);
}

function describeValue(schema: JsonSchema | undefined, value: unknown): string {
  if (typeof value !== 'number') return textOf(value);
  switch (schema?.['x-unit']) {
    case 'duration':
      return formatDuration(value);
    case 'rate':
      return `${value}/s`;
    case 'size':
      return `${value} B`;
    case 'percentage':
      return `${value * 100}%`;
    case undefined:
      return String(value);
  }
}

/** A list as its items, a map as its fields. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, field]) => `${key}: ${textOf(field)}`)
    .join(', ')} }`;
}
