import { Toxiproxy } from 'toxiproxy-node-client';
import { messageOf } from '../../support/errors.ts';
import { HOST } from './topology.ts';
import type { Toxic } from './toxics.ts';

/** What a proxy is when all is well with it. */
export interface ProxyShape {
  name: string;
  listenPort: number;
  upstreamPort: number;
  enabled: boolean;
  toxics: Toxic[];
}

/** A proxy as the server describes it. */
export interface ProxyState {
  name: string;
  listen: string;
  enabled: boolean;
  toxics: { name: string }[];
}

/** Calls of Toxiproxy, each idempotent, none with a deadline of its own. */
export class ToxiproxyApi {
  readonly #client: Toxiproxy;

  constructor(port: number) {
    this.#client = new Toxiproxy(`http://${HOST}:${port}`);
  }

  /** Answered whatever its proxies are up to. */
  async version(): Promise<string> {
    return this.#http.getText(`${this.#client.host}/version`);
  }

  /** The client's own list leaves the toxics out. */
  async proxies(): Promise<ProxyState[]> {
    const { data } = await this.#http.get<Record<string, ProxyState>>(this.#url());
    return Object.values(data);
  }

  /** What is not named stays as it is. */
  async enable(proxy: string, enabled: boolean): Promise<void> {
    await this.#http.post(this.#url(proxy), { enabled });
  }

  /** One that is there already, from an attempt whose answer was lost, is as good. */
  async addToxic(proxy: string, toxic: Toxic): Promise<void> {
    const toxics = this.#url(proxy, 'toxics');
    try {
      await this.#http.post(toxics, { ...toxic, toxicity: 1 });
    } catch (error) {
      const { data: there } = await this.#http.get<{ name: string }[]>(toxics);
      if (!there.some((one) => one.name === toxic.name)) throw error;
    }
  }

  async removeToxic(proxy: string, name: string): Promise<void> {
    await this.#delete(this.#url(proxy, 'toxics', name));
  }

  /** Makes a proxy from nothing in the place of the one that is there. */
  async renew({ name, listenPort, upstreamPort, enabled, toxics }: ProxyShape): Promise<void> {
    await this.#delete(this.#url(name));
    const ends = { listen: `${HOST}:${listenPort}`, upstream: `${HOST}:${upstreamPort}` };
    await this.#http.post(this.#url(), { name, ...ends, enabled });
    for (const toxic of toxics) await this.addToxic(name, toxic);
  }

  get #http(): ReturnType<Toxiproxy['getApi']> {
    return this.#client.getApi();
  }

  #url(...path: string[]): string {
    return [`${this.#client.host}/proxies`, ...path.map(encodeURIComponent)].join('/');
  }

  async #delete(url: string): Promise<void> {
    try {
      await this.#http.delete(url);
    } catch (error) {
      // Gone already.
      if (!messageOf(error).includes('status code 404')) throw error;
    }
  }
}
