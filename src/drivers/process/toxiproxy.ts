import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, withDeadline } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { ServerProcess } from './server-process.ts';
import { HOST, type ProcessLink } from './topology.ts';
import { ToxiproxyApi, type ProxyShape, type ProxyState } from './toxiproxy-api.ts';
import type { Toxic } from './toxics.ts';

/** Removing a toxic has hung under load, so no call is waited for longer than this. */
const CALL_MS = 2_000;
const ATTEMPTS = 3;
const START_MS = 10_000;
/** Proxies belong to the environment, and go with it. */
const REMEDY =
  'take the environment down: a run does so at its end, and `chaos recover` for one that is left';

/** The one Toxiproxy server of a run, with a proxy for each link. */
export class ToxiproxyServer {
  readonly process: ServerProcess;
  readonly #api: ToxiproxyApi;
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
    this.#api = new ToxiproxyApi(apiPort);
  }

  /** Starts the server and learns where each proxy listens. @throws ChaosError */
  async start(links: readonly ProcessLink[], signal: AbortSignal): Promise<void> {
    this.process.start();
    await until(
      async () => {
        if (this.process.state() === 'down') {
          throw new ChaosError('not-ready', `Toxiproxy ${this.process.exit}`);
        }
        const proxies = await withDeadline(this.#api.proxies(), CALL_MS, 'Toxiproxy');
        for (const proxy of proxies) this.#proxyPorts.set(proxy.name, portOf(proxy.listen));
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

  /** Off, a link's connections are reset and new ones refused. */
  async enable(link: string, enabled: boolean): Promise<void> {
    await this.#attempt(`turning the proxy of ${link} ${enabled ? 'on' : 'off'}`, () =>
      this.#api.enable(link, enabled),
    );
  }

  async addToxic(link: string, toxic: Toxic): Promise<void> {
    await this.#attempt(`adding ${toxic.name} to ${link}`, () => this.#api.addToxic(link, toxic));
  }

  /**
   * Takes toxics off a link. Toxiproxy can block for ever in that when a connection is stuck; its proxy is then made
   * anew, with what stays.
   *
   * @param stays everything that the link is to carry afterwards
   */
  async removeToxics(
    link: string,
    names: readonly string[],
    stays: Omit<ProxyShape, 'name' | 'listenPort'>,
  ): Promise<void> {
    const what = `taking ${names.join(', ')} off ${link}`;
    try {
      await this.#call(what, () => Promise.all(names.map((name) => this.#api.removeToxic(link, name))));
    } catch {
      // One that answers nothing at all would only carry out late what piles up, in whatever order.
      await this.#attempt(what, () => this.#api.version(), 1);
      const shape = { name: link, listenPort: this.port(link), ...stays };
      await this.#attempt(`making the proxy of ${link} anew`, () => this.#api.renew(shape));
    }
  }

  /** What disturbs links, in words: proxies that are off or carry toxics, or a Toxiproxy that is gone. */
  async disturbed(): Promise<string[]> {
    if (this.process.state() === 'down') return [this.#goneText()];
    let proxies: ProxyState[];
    try {
      proxies = await withDeadline(this.#api.proxies(), CALL_MS, 'Toxiproxy');
    } catch (error) {
      return [`the proxy process does not answer: ${messageOf(error)}`];
    }
    return proxies.flatMap((proxy) => {
      if (!proxy.enabled) return [`the proxy of ${proxy.name} is off`];
      const toxics = proxy.toxics.map((toxic) => toxic.name);
      return toxics.length > 0 ? [`the proxy of ${proxy.name} still carries ${toxics.join(', ')}`] : [];
    });
  }

  /** Each call is idempotent, so a call that hangs or fails is simply made again. */
  async #attempt(what: string, call: () => Promise<unknown>, attempts = ATTEMPTS): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#call(what, call);
        return;
      } catch (error) {
        if (error instanceof ChaosError && error.code === 'unavailable') throw error;
        if (attempt >= attempts)
          throw new ChaosError('failed', `${what}: ${messageOf(error)}; ${REMEDY}`, { cause: error });
      }
    }
  }

  async #call(what: string, call: () => Promise<unknown>): Promise<void> {
    if (this.process.state() === 'down') throw this.#gone(what);
    try {
      await withDeadline(call(), CALL_MS, 'Toxiproxy');
    } catch (error) {
      if (this.process.state() === 'down') throw this.#gone(what);
      throw error;
    }
  }

  #gone(what: string): ChaosError {
    return new ChaosError('unavailable', `${what}: ${this.#goneText()}; ${REMEDY}`);
  }

  #goneText(): string {
    return `the proxy process is gone (${this.process.exit}), so no link works`;
  }
}

function portOf(listen: string): number {
  return Number(listen.split(':').at(-1));
}
