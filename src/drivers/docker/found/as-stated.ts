import type { Connection } from '../../../nats/connect.ts';
import { throwIfAborted, until } from '../../../support/deadline.ts';
import { verify } from '../../shared/verify.ts';
import type { EnvironmentSpec } from '../../spec.ts';
import { notAsStated, type FoundServer } from './find-servers.ts';

/** How long the servers of a compose file may take to be those that the environment says. */
const AS_STATED_MS = 30_000;

interface Stated {
  spec: EnvironmentSpec;
  servers: FoundServer[];
  readonly connect: (servers: string[], account: string) => Promise<Connection>;
  signal: AbortSignal;
}

/**
 * Whether the servers are those that the file says; those that have just been started get their time.
 *
 * @returns the releases that they run
 * @throws ChaosError with all that differs
 */
export async function demandAsStated({ spec, servers, connect, signal }: Stated): Promise<string[]> {
  const asked = spec.compose ? { ...spec, streams: [], consumers: [] } : spec;
  const look = () => verify({ spec: asked, nodes: servers, connect });
  let seen = await look();
  if (spec.compose && seen.differences.some(({ lasts }) => !lasts)) {
    await until(
      async () => {
        seen = await look();
        return seen.differences.every(({ lasts }) => lasts);
      },
      { timeoutMs: AS_STATED_MS, everyMs: 100, signal, what: 'the servers as stated' },
    ).catch(() => undefined);
  }
  // What was cut short found nothing out.
  throwIfAborted(signal);
  if (seen.differences.length > 0)
    throw notAsStated(
      spec,
      seen.differences.map(({ text }) => text),
    );
  return seen.versions;
}
