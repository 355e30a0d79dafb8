import { withDeadline } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { ToxiproxyApi, type ProxyShape, type ProxyState } from './toxiproxy-api.ts';
import type { Toxic } from './toxics.ts';

/** Removing a toxic has hung under load, so no call is waited for longer than this. */
const CALL_MS = 2_000;
const ATTEMPTS = 3;
/** Proxies belong to the environment, and go with it. */
const REMEDY =
  'take the environment down: a run does so at its end, and `chaos recover` for one that is left';

export interface ProxiesOptions {
  /** Base URL of Toxiproxy's API. */
  api: string;
  /** `host:port` where a link's proxy listens, and to which it sends, as Toxiproxy sees them. */
  endsOf(link: string): { listen: string; upstream: string };
  /** Why Toxiproxy does not run, in words; null while it does. */
  whyDown(): Promise<string | null>;
}

/** What faults do to the proxies of links. */
export type LinkProxies = Pick<Proxies, 'enable' | 'addToxic' | 'removeToxics' | 'disturbed'>;

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
    stays: Pick<ProxyShape, 'enabled' | 'toxics'>,
  ): Promise<void> {
    const what = `taking ${names.join(', ')} off ${link}`;
    try {
      await this.#call(what, () => Promise.all(names.map((name) => this.#api.removeToxic(link, name))));
    } catch {
      // One that answers nothing at all would only carry out late what piles up, in whatever order.
      await this.#attempt(what, () => this.#api.version(), 1);
      const shape = { name: link, ...this.#options.endsOf(link), ...stays };
      await this.#attempt(`making the proxy of ${link} anew`, () => this.#api.renew(shape));
    }
  }

  /** What disturbs links, in words: proxies that are off or carry toxics, or a Toxiproxy that is gone. */
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
