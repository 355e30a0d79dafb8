import { identityOf } from '../../support/message-body.ts';
import type { HttpOptions } from './options.ts';
import { templateOf, type Filling } from './template.ts';

/** One request, without where it goes. */
export interface Request extends Filling {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Makes the requests of a workload from their numbers, always the same. */
export function requestsOf(
  { runId, name }: { runId: string; name: string },
  { method, path, headers = {}, body }: Pick<HttpOptions, 'method' | 'path' | 'headers' | 'body'>,
): (n: number) => Request {
  const fillPath = templateOf(path, encodeURIComponent);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const fillBody = text === undefined ? undefined : templateOf(text);
  const all = { ...defaultHeaders(headers, text), ...headers };
  const fillHeaders = Object.entries(all).map(([header, value]) => [header, templateOf(value)] as const);
  return (n) => {
    const filling = { id: identityOf(runId, name, n), n };
    return {
      ...filling,
      method,
      path: fillPath(filling),
      headers: Object.fromEntries(fillHeaders.map(([header, fill]) => [header, fill(filling)])),
      ...(fillBody === undefined ? {} : { body: fillBody(filling) }),
    };
  };
}

function defaultHeaders(given: Record<string, string>, body: string | undefined): Record<string, string> {
  const has = (name: string): boolean => Object.keys(given).some((one) => one.toLowerCase() === name);
  const type = /^\s*[[{]/.test(body ?? '') ? 'application/json' : 'text/plain; charset=utf-8';
  return {
    ...(has('idempotency-key') ? {} : { 'Idempotency-Key': '{id}' }),
    ...(body === undefined || has('content-type') ? {} : { 'Content-Type': type }),
  };
}
