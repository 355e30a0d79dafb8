import { throwIfAborted } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import { SourceError } from './source-error.ts';

/** HTTP for one resolve: a site that was unreachable once is not tried again. */
export interface Network {
  /**
   * @returns the response, whatever its status
   * @throws SourceError (unreachable), or ChaosError `aborted`
   */
  request(
    url: string,
    options?: { method?: 'GET' | 'HEAD'; signal?: AbortSignal | undefined },
  ): Promise<Response>;
}

/** @param answerMs how long a server may take to send its headers; short, because there are other sources */
export function createNetwork(answerMs = 4000): Network {
  const down = new Map<string, string>();
  return {
    async request(url, { method = 'GET', signal } = {}) {
      throwIfAborted(signal);
      const site = siteOf(url);
      const known = down.get(site);
      if (known !== undefined) throw new SourceError(known);
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), answerMs);
      const signals = signal ? [deadline.signal, signal] : [deadline.signal];
      try {
        return await fetch(url, {
          method,
          headers: { 'user-agent': 'nats-chaos', accept: '*/*' },
          signal: AbortSignal.any(signals),
        });
      } catch (error) {
        throwIfAborted(signal);
        const why = deadline.signal.aborted ? `no answer within ${answerMs} ms` : reasonOf(error);
        down.set(site, `${new URL(url).host} cannot be reached (${why})`);
        throw new SourceError(down.get(site), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** The root cause of a broken connection: `ECONNREFUSED`, `getaddrinfo ENOTFOUND github.com`. */
export function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  const code = (last as NodeJS.ErrnoException | undefined)?.code;
  return code ?? messageOf(last);
}

/** A machine without github.com has no api.github.com either: waiting for both would double the delay. */
function siteOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname.split('.').slice(-2).join('.')}:${port}`;
}
