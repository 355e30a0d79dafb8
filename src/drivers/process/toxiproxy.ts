import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { noProxy, Proxies } from '../links/proxies.ts';
import { HOST, type PlacedLink } from '../servers/topology.ts';
import { ServerProcess } from './server-process.ts';

const START_MS = 10_000;

/** The one Toxiproxy server of a run, with a proxy for each link that is not direct. */
export class ToxiproxyServer {
  readonly process: ServerProcess;
  readonly proxies: Proxies;
  readonly #ports = new Map<string, number>();

  /** Writes the file of the proxies; `start` then creates all of them at once. */
  constructor(
    binary: string,
    apiPort: number,
    folder: string,
    logFile: string,
    links: readonly PlacedLink[],
  ) {
    const config = join(folder, 'toxiproxy.json');
    const upstreams = new Map(links.map((link) => [link.id, `${HOST}:${link.upstreamPort}`]));
    writeFileSync(
      config,
      JSON.stringify(
        [...upstreams].map(([name, upstream]) => ({ name, listen: `${HOST}:0`, upstream, enabled: true })),
      ),
    );
    const args = ['-host', HOST, '-port', String(apiPort), '-config', config];
    this.process = new ServerProcess(binary, args, logFile);
    this.proxies = new Proxies({
      api: `http://${HOST}:${apiPort}`,
      endsOf: (link) => ({ listen: `${HOST}:${this.port(link)}`, upstream: upstreams.get(link) ?? '' }),
      whyDown: () => Promise.resolve(this.process.state() === 'down' ? this.process.exit : null),
    });
  }

  /** Starts the server and learns where each proxy listens. @throws ChaosError */
  async start(links: readonly PlacedLink[], signal: AbortSignal): Promise<void> {
    this.process.start();
    await until(
      async () => {
        if (this.process.state() === 'down') {
          throw new ChaosError('not-ready', `Toxiproxy ${this.process.exit}`);
        }
        for (const proxy of await this.proxies.all()) this.#ports.set(proxy.name, portOf(proxy.listen));
        return links.every((link) => this.#ports.has(link.id));
      },
      { timeoutMs: START_MS, everyMs: 10, signal, what: `start of Toxiproxy with ${links.length} proxies` },
    );
  }

  /** Where the proxy of a link listens. */
  port(link: string): number {
    const port = this.#ports.get(link);
    return port ?? noProxy(link);
  }
}

function portOf(listen: string): number {
  return Number(listen.split(':').at(-1));
}
