import type { Observer } from '../../nats/monitor/observer.ts';
import { getJson, type Routez } from '../../nats/monitor/monitor.ts';
import { throwIfAborted, until } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { NodeInfo } from '../driver.ts';
import type { StreamSpec } from '../spec.ts';

export interface InterestContext {
  streams: readonly StreamSpec[];
  nodes: readonly Pick<NodeInfo, 'cluster' | 'name' | 'monitor'>[];
  observer: Pick<Observer, 'streamLeader'>;
  signal: AbortSignal;
}

/** On a busy machine the news takes tenths of a second; what a server never shows must not keep a run from starting. */
const KNOWN_MS: Milliseconds = 5_000;

/**
 * Waits until every node knows that somebody takes the subjects of every stream. The leader of a new stream has the others
 * told through its routes; until then they answer a publisher that nobody does.
 */
export async function interestKnown(ctx: InterestContext): Promise<void> {
  await until(async () => (await unknownSubjects(ctx)).length === 0, {
    timeoutMs: KNOWN_MS,
    everyMs: 20,
    signal: ctx.signal,
    what: 'every node to know the subjects of the streams',
  }).catch(() => throwIfAborted(ctx.signal));
}

/** `node: subject` for what a node has not heard of yet. */
export async function unknownSubjects({ streams, nodes, observer }: InterestContext): Promise<string[]> {
  const unknown: string[] = [];
  for (const cluster of new Set(nodes.map((node) => node.cluster))) {
    const members = nodes.filter((node) => node.cluster === cluster);
    const taken = streams.filter((stream) => stream.cluster === cluster && subjectsOf(stream).length > 0);
    if (members.length < 2 || taken.length === 0) continue;
    const leaders = await Promise.all(taken.map(({ address }) => observer.streamLeader(address)));
    for (const { name, monitor } of members) {
      const known = await subjectsOverRoutes(monitor);
      const others = taken.filter((_, at) => leaders[at] !== name);
      const absent = others.flatMap(subjectsOf).filter((subject) => !known.has(subject));
      unknown.push(...absent.map((subject) => `${name}: ${subject}`));
    }
  }
  return unknown;
}

function subjectsOf({ name, mirror, sources, subjects }: StreamSpec): string[] {
  if (mirror !== undefined) return [];
  return subjects.length === 0 && sources.length === 0 ? [name] : subjects;
}

/** What the other servers of the cluster have told a server that they take, in all accounts. */
async function subjectsOverRoutes(monitor: string): Promise<Set<string>> {
  const { routes = [] } = await getJson<Routez>(monitor, '/routez?subs=1');
  return new Set(routes.flatMap(({ subscriptions_list: subjects }) => subjects ?? []));
}
