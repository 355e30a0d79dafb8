import { ChaosError } from '../../support/errors.ts';
import { defaulted, strictObject, timeLimit, Type } from '../../support/schema.ts';
import { urlFlaws } from '../flaws.ts';
import type { Probe } from '../probe.ts';
import { ask } from './ask.ts';
import { headersField, urlField } from './fields.ts';
import { samplesOf } from './prometheus-answer.ts';

const fields = strictObject(
  {
    kind: Type.Literal('prometheus'),
    url: urlField('The address of the Prometheus server, without /api.'),
    query: Type.String({
      minLength: 1,
      description: 'A query in PromQL whose result is a vector or a scalar.',
    }),
    headers: headersField,
    timeout: defaulted(timeLimit('How long the whole answer may take.'), '2s'),
  },
  'The result of an instant query in PromQL; the condition must hold for each of its samples.',
);

export const prometheus: Probe<typeof fields> = {
  kind: 'prometheus',
  summary: 'The result of a PromQL query; the condition must hold for each of its samples',
  proof:
    'The answer of the Prometheus server at /api/v1/query. An empty result, a sample that is no finite number, an answer with warnings, and a server that does not answer are no reading.',
  example:
    "{ kind: prometheus, url: 'http://127.0.0.1:9090', query: nats_chaos_server_up, equals: 1, within: 20s }",
  unit: '',
  reads: 'value',
  fields,
  target: ({ query }) => query.replaceAll(/\s+/g, ' ').trim(),
  flaws: (options) => urlFlaws(options['url']),
  async read(ctx, { url, query, headers = {}, timeout }) {
    const { status, text } = await ask(
      {
        url: `${url.replace(/\/+$/, '')}/api/v1/query`,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ query }).toString(),
        timeoutMs: timeout,
      },
      ctx.signal,
    );
    const values = samplesOf(text, status);
    if (values.length === 0) throw new ChaosError('failed', 'the result is empty');
    return {
      value: Math.min(...values.map(({ value }) => value)),
      values: Object.fromEntries(values.map(({ name, value }) => [name, value])),
    };
  },
};
