import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Toxiproxy } from 'toxiproxy-node-client';
import { until, withDeadline } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { ServerProcess } from './server-process.ts';
import { HOST, type ProcessLink } from './topology.ts';

/** Removing a toxic has hung under load, so no call is waited for longer than this. */
const CALL_MS = 2_000;
const ATTEMPTS = 3;
const START_MS = 10_000;
const DIRECTIONS = ['upstream', 'downstream'] as const;

/** The one Toxiproxy server of a run, with a proxy for each link. */
export class ToxiproxyServer {
  readonly process: ServerProcess;
  readonly #client: Toxiproxy;
  readonly #proxyPorts = new Map<string, number>();

  /** Writes the proxies' file; `start` then creates them all at once. */
  constructor(
    binary: string,
    apiPort: number,
    folder: string,
    logFile: string,
    links: readonly ProcessLink[],
  ) {
    const config = join(folder, 'toxiproxy.json');
    writeFileSync(
      config,
      JSON.stringify(
        links.map((link) => ({
          name: link.id,
          listen: `${HOST}:0`,
          upstream: `${HOST}:${link.upstreamPort}`,
          enabled: true,
        })),
      ),
    );
    const args = ['-host', HOST, '-port', String(apiPort), '-config', config];
    this.process = new ServerProcess(binary, args, logFile);
    this.#client = new Toxiproxy(`http://${HOST}:${apiPort}`);
  }

  /** Starts the server and learns where each proxy listens. @throws ChaosError */
  async start(links: readonly ProcessLink[], signal: AbortSignal): Promise<void> {
    this.process.start();
    await until(
      async () => {
        if (this.process.state() === 'down') {
          throw new ChaosError('not-ready', `Toxiproxy ${this.process.exit}`);
        }
        for (const proxy of await this.#proxies()) this.#proxyPorts.set(proxy.name, portOf(proxy.listen));
        return links.every((link) => this.#proxyPorts.has(link.id));
      },
      { timeoutMs: START_MS, everyMs: 10, signal, what: `start of Toxiproxy with ${links.length} proxies` },
    );
  }

  /** Where the proxy of a link listens. */
  port(link: string): number {
    const port = this.#proxyPorts.get(link);
    if (port === undefined) throw new ChaosError('failed', `there is no proxy for the link ${link}`);
    return port;
  }

  /** Resets a link's connections and refuses new ones. */
  async cut(link: string): Promise<void> {
    await this.#attempt(`cutting ${link}`, async () => this.#update(link, false));
  }

  async heal(link: string): Promise<void> {
    await this.#attempt(`healing ${link}`, async () => this.#update(link, true));
  }

  async delay(link: string, latencyMs: Milliseconds, jitterMs: Milliseconds): Promise<void> {
    await this.#attempt(`delaying ${link}`, async () => {
      await this.#dropToxics(link);
      const proxy = await this.#client.get(link);
      for (const stream of DIRECTIONS) {
        const attributes = { latency: Math.round(latencyMs), jitter: Math.round(jitterMs) };
        await proxy.addToxic({ name: `latency-${stream}`, type: 'latency', stream, toxicity: 1, attributes });
      }
    });
  }

  async undelay(link: string): Promise<void> {
    await this.#attempt(`removing the delay of ${link}`, () => this.#dropToxics(link));
  }

  /** Links whose proxy is off or carries a toxic, in words. */
  async disturbed(): Promise<string[]> {
    return (await this.#proxies()).flatMap((proxy) => {
      if (!proxy.enabled) return [`the proxy of ${proxy.name} is off`];
      const toxics = proxy.toxics.map((toxic) => toxic.name);
      return toxics.length > 0 ? [`the proxy of ${proxy.name} still carries ${toxics.join(', ')}`] : [];
    });
  }

  async #update(link: string, enabled: boolean): Promise<void> {
    const proxy = await this.#client.get(link);
    // An update needs the address that the proxy really has, or it would move to another free port.
    await proxy.update({ enabled, listen: `${HOST}:${this.port(link)}`, upstream: proxy.upstream });
  }

  async #dropToxics(link: string): Promise<void> {
    const proxy = await this.#client.get(link);
    const { data: toxics } = await this.#client.getApi().get<NamedToxic[]>(`${proxy.getPath()}/toxics`);
    for (const toxic of toxics) await (await proxy.getToxic(toxic.name)).remove();
  }

  /** The client's own list leaves the toxics out. */
  async #proxies(): Promise<ProxyState[]> {
    const call = this.#client.getApi().get<Record<string, ProxyState>>(`${this.#client.host}/proxies`);
    return Object.values((await withDeadline(call, CALL_MS, 'Toxiproxy')).data);
  }

  /** Each call is idempotent, so a call that hangs or fails is simply made again. */
  async #attempt(what: string, call: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await withDeadline(call(), CALL_MS, what);
        return;
      } catch (error) {
        if (attempt >= ATTEMPTS)
          throw new ChaosError('failed', `${what}: ${messageOf(error)}`, { cause: error });
      }
    }
  }
}

interface NamedToxic {
  name: string;
}

interface ProxyState {
  name: string;
  listen: string;
  enabled: boolean;
  toxics: NamedToxic[];
}

function portOf(listen: string): number {
  return Number(listen.split(':').at(-1));
}
