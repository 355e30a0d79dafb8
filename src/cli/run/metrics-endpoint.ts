import type { LiveMetrics } from '../../report/forms/prometheus.ts';
import { refuse, send, startLocalServer, type LocalServer } from '../local-server.ts';

/**
 * Serves what Prometheus scrapes at `/metrics`, to this machine alone.
 *
 * @param port 0 for a free one
 * @throws ChaosError `unavailable` when the port is taken
 */
export function serveMetrics(metrics: LiveMetrics, port: number): Promise<LocalServer> {
  return startLocalServer(port, '--metrics-port', (url, response) => {
    if (/^\/metrics(\?|$)/.test(url))
      send(response, 200, metrics.render(), 'text/plain; version=0.0.4; charset=utf-8');
    else refuse(response, 404, 'metrics are at /metrics');
  });
}
