import type { Milliseconds } from '../../support/units.ts';
import type { HarnessProblem } from '../driver.ts';
import type { Proxies } from './proxies.ts';

/**
 * The problem of a Toxiproxy; null when it works.
 *
 * @param down why its process does not run, and since when; null while it does
 */
export async function proxyProblem(
  proxies: Pick<Proxies, 'answers'>,
  down: { why: string; since?: Milliseconds } | null,
): Promise<HarnessProblem | null> {
  if (down !== null) {
    const { why, ...since } = down;
    return {
      part: 'proxy',
      state: 'dead',
      text: `Toxiproxy, the proxy of every link, has died: ${why}`,
      ...since,
    };
  }
  if (await proxies.answers()) return null;
  return { part: 'proxy', state: 'silent', text: 'Toxiproxy, the proxy of every link, does not answer' };
}
