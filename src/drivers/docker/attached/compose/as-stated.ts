import type { Connection } from '../../../../nats/connect.ts';
import { throwIfAborted, until } from '../../../../support/deadline.ts';
import { verify } from '../../../servers/verify.ts';
import type { EnvironmentSpec } from '../../../spec.ts';
import { notAsStated, type AttachedServer } from '../find-servers.ts';

/** How long the servers of a compose file may take to match the environment. */
const AS_STATED_MS = 30_000;

interface Stated {
  spec: EnvironmentSpec;
  servers: AttachedServer[];
  readonly connect: (servers: string[], account: string) => Promise<Connection>;
  signal: AbortSignal;
}

/**
 * Checks that the servers match the file; servers that have just been started get some time.
 *
 * @returns the releases that they run
 * @throws ChaosError with all that differs
 */
export async function demandAsStated({ spec, servers, connect, signal }: Stated): Promise<string[]> {
  const asked = spec.compose ? { ...spec, streams: [], consumers: [] } : spec;
  const observe = () => verify({ spec: asked, nodes: servers, connect });
  let seen = await observe();
  if (spec.compose && seen.differences.some(({ lasts }) => !lasts)) {
    await until(
      async () => {
        seen = await observe();
        return seen.differences.every(({ lasts }) => lasts);
      },
      { timeoutMs: AS_STATED_MS, everyMs: 100, signal, what: 'the servers as stated' },
    ).catch(() => undefined);
  }
  // An aborted verification proves nothing.
  throwIfAborted(signal);
  if (seen.differences.length > 0)
    throw notAsStated(
      spec,
      seen.differences.map(({ text }) => text),
    );
  return seen.versions;
}
