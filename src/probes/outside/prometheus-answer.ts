import { ChaosError } from '../../support/errors.ts';

/** A sample of an instant query. */
export interface PrometheusSample {
  /** `up{instance="a:1", job="nats"}`; `scalar` for one without labels and name. */
  name: string;
  value: number;
}

interface Answer {
  status?: string;
  error?: string;
  warnings?: string[];
  data?: { resultType?: string; result?: unknown };
}

/**
 * The samples in an answer of Prometheus to an instant query.
 *
 * @throws ChaosError `failed` when it is an error, has warnings (a part may be missing), or is neither a vector nor a
 *   scalar of finite numbers
 */
export function samplesOf(text: string, status: number): PrometheusSample[] {
  const { status: word, error, warnings = [], data } = parsed(text, status);
  if (word !== 'success' || data === undefined)
    throw new ChaosError('failed', `Prometheus refuses the query: ${error ?? `status ${status}`}`);
  if (warnings.length > 0) throw new ChaosError('failed', `Prometheus warns: ${warnings.join('; ')}`);
  const { resultType, result } = data;
  if (resultType === 'scalar') return [sampleOf('scalar', result)];
  if (resultType !== 'vector' || !Array.isArray(result))
    throw new ChaosError(
      'failed',
      `the result is a ${resultType ?? 'nothing'}, where a vector or scalar is needed`,
    );
  return (result as { metric?: Record<string, string>; value?: unknown }[]).map(({ metric = {}, value }) =>
    sampleOf(nameOf(metric), value),
  );
}

function parsed(text: string, status: number): Answer {
  try {
    return (JSON.parse(text) as Answer | null) ?? {};
  } catch (error) {
    throw new ChaosError('failed', `the answer (status ${status}) is not that of a Prometheus server`, {
      cause: error,
    });
  }
}

function nameOf({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const text = `${name}${pairs.length === 0 ? '' : `{${pairs.sort().join(', ')}}`}`;
  return text === '' ? 'scalar' : text;
}

/** A native histogram has no value, and is no number. */
function sampleOf(name: string, pair: unknown): PrometheusSample {
  const said = Array.isArray(pair) ? String((pair as unknown[])[1]) : 'nothing';
  const value = Number(said);
  if (said.trim() === '' || !Number.isFinite(value))
    throw new ChaosError('failed', `${name} is ${said}, which is no finite number`);
  return { name, value };
}
