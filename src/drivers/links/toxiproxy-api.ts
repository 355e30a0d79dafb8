import { Toxiproxy } from 'toxiproxy-node-client';
import { messageOf } from '../../support/errors.ts';
import type { Toxic } from './toxics.ts';

/** The full configuration of a proxy. */
export interface ProxyShape {
  name: string;
  /** `host:port`, as seen by Toxiproxy. */
  listen: string;
  upstream: string;
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

  /** @param url where the server listens for calls: `http://host:port` */
  constructor(url: string) {
    this.#client = new Toxiproxy(url);
  }

  /** Answered whatever the state of the proxies is. */
  async version(): Promise<string> {
    return this.#http.getText(`${this.#client.host}/version`);
  }

  /** The client library's own list leaves out the toxics. */
  async proxies(): Promise<ProxyState[]> {
    const { data } = await this.#http.get<Record<string, ProxyState>>(this.#url());
    return Object.values(data);
  }

  /** All other properties of the proxy stay. */
  async enable(proxy: string, enabled: boolean): Promise<void> {
    await this.#http.post(this.#url(proxy), { enabled });
  }

  /** A toxic that exists already, from an attempt whose answer was lost, is accepted. */
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

  /** Replaces a proxy by a new one. */
  async renew({ toxics, ...proxy }: ProxyShape): Promise<void> {
    await this.#delete(this.#url(proxy.name));
    await this.#http.post(this.#url(), proxy);
    for (const toxic of toxics) await this.addToxic(proxy.name, toxic);
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
      // It no longer exists.
      if (!messageOf(error).includes('status code 404')) throw error;
    }
  }
}
