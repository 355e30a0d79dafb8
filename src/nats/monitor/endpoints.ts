import { ChaosError, messageOf } from '../../support/errors.ts';

/** The monitoring endpoints that answer with JSON, and the query parameters that each one knows. */
export const MONITOR_ENDPOINTS = {
  varz: [],
  jsz: [
    ...['acc', 'accounts', 'streams', 'consumers', 'config', 'raft', 'direct-consumers'],
    ...['leader-only', 'stream-leader-only', 'offset', 'limit'],
  ],
  connz: ['sort', 'auth', 'subs', 'offset', 'limit', 'cid', 'state', 'user', 'acc', 'mqtt_client'],
  routez: ['subs'],
  gatewayz: ['accs', 'acc_name', 'gw_name', 'subs'],
  leafz: ['subs', 'acc'],
  accountz: ['acc'],
  healthz: [
    ...['js-enabled', 'js-enabled-only', 'js-server-only', 'js-meta-only', 'details'],
    ...['account', 'stream', 'consumer'],
  ],
  raftz: ['acc', 'group'],
} as const satisfies Record<string, readonly string[]>;

export type MonitorEndpoint = keyof typeof MONITOR_ENDPOINTS;

export type MonitorQuery = Readonly<Record<string, string | number | boolean>>;

/** `/jsz?accounts=true`. */
export function monitorPath(endpoint: string, query: MonitorQuery = {}): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  const text = new URLSearchParams(pairs).toString();
  return `/${endpoint}${text === '' ? '' : `?${text}`}`;
}

const ANSWER_MS = 1_500;
const MOST_SHOWN = 200;

/**
 * The JSON that one server answers. `/healthz` answers 503 with the reason while the server is not healthy, so a status
 * alone is no failure; an answer that is no JSON is one.
 *
 * @param monitor base URL of the server's monitoring endpoint
 * @throws ChaosError `failed` when there is no answer in time, or it is no JSON
 */
export async function readEndpoint(
  monitor: string,
  endpoint: MonitorEndpoint,
  query?: MonitorQuery,
): Promise<unknown> {
  const url = `${monitor}${monitorPath(endpoint, query)}`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new ChaosError('failed', `${url}: ${messageOf(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const shown = text.trim().slice(0, MOST_SHOWN);
    throw new ChaosError('failed', `${url}: status ${status}, and no JSON: ${shown}`, { cause: error });
  }
}
