import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type } from '../../support/schema.ts';
import { addressesOf } from '../../support/service-place.ts';
import { urlFlaws } from '../flaws.ts';
import type { Flaw, Probe } from '../probe.ts';
import { ask } from './ask.ts';
import { headersField, urlField } from './fields.ts';
import { readText, textFields, textFlaws } from './text-reading.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const fields = strictObject(
  {
    kind: Type.Literal('http'),
    service: Type.Optional(
      address(
        'service',
        'One replica of a service as service/1, or a service that has one; `url` is then a path on it, such as /health.',
      ),
    ),
    port: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The port of the service, by its name; left out: its only one.',
      }),
    ),
    url: urlField('The address that is asked, as this machine reaches it; with `service`, a path.'),
    method: defaulted(
      Type.Unsafe<(typeof METHODS)[number]>({
        type: 'string',
        enum: METHODS,
        description: 'The method. It is sent again with every reading.',
      }),
      'GET',
    ),
    headers: headersField,
    body: Type.Optional(Type.String({ description: 'What is sent.' })),
    status: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 599,
        description: 'The status that is expected; left out: 200 to 299.',
      }),
    ),
    ...textFields('the body'),
    timeout: defaulted(timeLimit('How long the whole answer may take.'), '2s'),
  },
  'What a web server answers: its status, or a number or word in its body.',
);

export const http: Probe<typeof fields> = {
  kind: 'http',
  summary: 'What a web server answers: its status, or a number or word in its body',
  proof:
    'One request of the runner. Without `path` and `matches` the reading is the status, and `expected` or `unexpected`; with one of them it is what the body holds there, and an answer of another status is no reading. A server that does not answer is no reading.',
  example:
    "{ kind: http, url: 'http://127.0.0.1:9464/metrics', matches: '^nats_chaos_problems_total (.+)$', equals: 0 }",
  unit: '',
  reads: 'both',
  fields,
  target: ({ method, service = '', url, path, matches }) =>
    [method === 'GET' ? '' : method, service + url, path ?? matches ?? '']
      .filter((part) => part !== '')
      .join(' '),
  flaws: (options) => [...placeFlaws(options), ...textFlaws(options), ...bodyFlaws(options)],
  async read(ctx, { service, port, url: given, method, headers, body, status, path, matches, timeout }) {
    const services = ctx.services?.list() ?? [];
    const place = { ...(service === undefined ? {} : { service }), ...(port === undefined ? {} : { port }) };
    const url =
      service === undefined ? given : `http://${onlyOne(addressesOf(place, services), service)}${given}`;
    const request = { url, method, timeoutMs: timeout };
    const answer = await ask(
      { ...request, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) },
      ctx.signal,
    );
    const isExpected =
      status === undefined ? answer.status >= 200 && answer.status <= 299 : answer.status === status;
    if (path === undefined && matches === undefined)
      return { value: answer.status, state: isExpected ? 'expected' : 'unexpected' };
    if (!isExpected) throw new ChaosError('failed', `${url} answers with status ${answer.status}`);
    const options = {
      ...(path === undefined ? {} : { path }),
      ...(matches === undefined ? {} : { matches }),
    };
    return readText(answer.text, options, 'the body') ?? {};
  },
};

function onlyOne([first = '', ...others]: readonly string[], service: string): string {
  if (others.length === 0) return first;
  throw new ChaosError(
    'invalid',
    `${service} has ${others.length + 1} replicas: name one, such as ${service}/1`,
  );
}

function placeFlaws({ service, port, url }: Readonly<Record<string, unknown>>): Flaw[] {
  if (service === undefined)
    return port === undefined ? urlFlaws(url) : [{ field: 'port', text: 'expected `service` beside it' }];
  if (typeof url !== 'string' || url.startsWith('/')) return [];
  return [{ field: 'url', text: `"${url}" is no path of a service; expected such as /health` }];
}

function bodyFlaws({ method = 'GET', body }: Readonly<Record<string, unknown>>) {
  if (body === undefined || (method !== 'GET' && method !== 'HEAD')) return [];
  return [{ field: 'body', text: `a ${method} request has no body; expected a method such as POST` }];
}
