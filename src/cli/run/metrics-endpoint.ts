import { readServerFigures } from '../../nats/monitor/server-figures.ts';
import type { LiveMetrics } from '../../report/forms/prometheus.ts';
import { mirrorLags, serverMetrics } from '../../report/forms/server-metrics.ts';
import type { WatchedServers } from '../../run/watched-servers.ts';
import { refuse, send, startLocalServer, type LocalServer } from '../local-server.ts';

/**
 * Serves Prometheus metrics at `/metrics`, to this machine only.
 *
 * @param port 0 for a free one
 * @param watched the servers of the run that is going on; they are asked at each scrape
 * @throws ChaosError `unavailable` when the port is in use
 */
export function serveMetrics(
  metrics: LiveMetrics,
  port: number,
  watched: () => WatchedServers | null,
): Promise<LocalServer> {
  // Scrapes at the same moment share one reading of the servers.
  let underWay: Promise<string> | undefined;
  return startLocalServer(port, '--metrics-port', async (url, response) => {
    if (!/^\/metrics(\?|$)/.test(url)) {
      refuse(response, 404, 'metrics are at /metrics');
      return;
    }
    underWay ??= scrape(watched()).finally(() => (underWay = undefined));
    const servers = await underWay;
    send(response, 200, metrics.render() + servers, 'text/plain; version=0.0.4; charset=utf-8');
  });
}

async function scrape(watched: WatchedServers | null): Promise<string> {
  if (watched === null) return '';
  const servers = await Promise.all(
    watched.nodes.map(async ({ cluster, name, monitor }) => ({
      cluster,
      server: name,
      figures: await readServerFigures(monitor).catch(() => null),
    })),
  );
  return serverMetrics(servers) + mirrorLags(watched.mirrors, servers);
}
