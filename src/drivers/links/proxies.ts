import { withDeadline } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { ToxiproxyApi, type ProxyShape, type ProxyState } from './toxiproxy-api.ts';
import type { Toxic } from './toxics.ts';

/** Removing a toxic can hang under load, so every call has this deadline. */
const CALL_MS = 2_000;
const ATTEMPTS = 3;
/** Proxies belong to the environment and are removed with it. */
const REMEDY =
  'take the environment down: a run does so at its end, and `chaos recover` for one that is left';

export interface ProxiesOptions {
  /** Base URL of Toxiproxy's API. */
  api: string;
  /** `host:port` where a link's proxy listens and where it sends to, as seen by Toxiproxy. */
  endsOf(link: string): { listen: string; upstream: string };
  /** Why Toxiproxy does not run, in words; null while it does. */
  whyDown(): Promise<string | null>;
}

/** What faults do to the proxies of links. */
export type LinkProxies = Pick<Proxies, 'enable' | 'addToxic' | 'removeToxics' | 'disturbed'>;

/** For an environment whose links are all direct. */
export const NO_PROXIES: LinkProxies = {
  enable: noProxy,
  addToxic: noProxy,
  removeToxics: noProxy,
  disturbed: () => Promise.resolve([]),
};

/** @throws ChaosError always */
export function noProxy(link: string): never {
  throw new ChaosError('failed', `there is no proxy for the link ${link}`);
}

/** The proxies of one Toxiproxy, one for each link, by their links' ids. */
export class Proxies {
  readonly #api: ToxiproxyApi;
  readonly #options: ProxiesOptions;

  constructor(options: ProxiesOptions) {
    this.#api = new ToxiproxyApi(options.api);
    this.#options = options;
  }

  /** Every proxy as it is now. */
  all(): Promise<ProxyState[]> {
    return withDeadline(this.#api.proxies(), CALL_MS, 'Toxiproxy');
  }

  /** Whether it answers a call that concerns no link. */
  async answers(): Promise<boolean> {
    try {
      await withDeadline(this.#api.version(), CALL_MS, 'Toxiproxy');
      return true;
    } catch {
      return false;
    }
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
   * Removes toxics from a link. Toxiproxy can block forever in this call when a connection is stuck; the proxy is then
   * created again, with what stays.
   *
   * @param stays the state of the proxy afterwards
   */
  async removeToxics(
    link: string,
    names: readonly string[],
    stays: Pick<ProxyShape, 'enabled' | 'toxics'>,
  ): Promise<void> {
    const what = `taking ${names.join(', ')} off ${link}`;
    try {
      await this.#call(what, () => Promise.all(names.map((name) => this.#api.removeToxic(link, name))));
    } catch {
      // A Toxiproxy that answers no call at all would carry out further calls late, in any order.
      await this.#attempt(what, () => this.#api.version(), 1);
      const shape = { name: link, ...this.#options.endsOf(link), ...stays };
      await this.#attempt(`making the proxy of ${link} anew`, () => this.#api.renew(shape));
    }
  }

  /** What disturbs links, in words: proxies that are off or have toxics, or a Toxiproxy that has ended. */
  async disturbed(): Promise<string[]> {
    const why = await this.#options.whyDown();
    if (why !== null) return [goneText(why)];
    let proxies: ProxyState[];
    try {
      proxies = await this.all();
    } catch (error) {
      return [`the proxy process does not answer: ${messageOf(error)}`];
    }
    return proxies.flatMap((proxy) => {
      if (!proxy.enabled) return [`the proxy of ${proxy.name} is off`];
      const toxics = proxy.toxics.map((toxic) => toxic.name);
      return toxics.length > 0 ? [`the proxy of ${proxy.name} still carries ${toxics.join(', ')}`] : [];
    });
  }

  /** Each call is idempotent, so a call that hangs or fails is repeated. */
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
    try {
      await withDeadline(call(), CALL_MS, 'Toxiproxy');
    } catch (error) {
      const why = await this.#options.whyDown();
      if (why !== null) {
        throw new ChaosError('unavailable', `${what}: ${goneText(why)}; ${REMEDY}`, { cause: error });
      }
      throw error;
    }
  }
}

function goneText(why: string): string {
  return `the proxy process is gone (${why}), so no link works`;
}
