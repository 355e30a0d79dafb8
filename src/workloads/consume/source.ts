import type { Connection } from '../../nats/connect.ts';
import { OrderedReader } from '../../nats/consume/ordered-reader.ts';
import { LANES, Puller, type PullOptions } from '../../nats/consume/puller.ts';
import { PushReader } from '../../nats/consume/push-reader.ts';
import type { MessageSource, SourceEvents } from '../../nats/consume/source.ts';
import type { LinkState } from '../../nats/link-state.ts';
import type { ConsumeOptions } from './options.ts';

/** Where the messages of a workload come from. @param target `cluster/stream/consumer` */
export function openSource(
  conn: Connection,
  link: LinkState,
  options: ConsumeOptions,
  target: string,
  events: SourceEvents,
): MessageSource {
  const [, stream = '', consumer = ''] = target.split('/');
  const { push, ordered } = options;
  if (ordered !== undefined)
    return new OrderedReader(conn, link, { stream, push, pulls: pullsOf(options), ...events });
  if (push) return new PushReader(conn, link, { stream, consumer, ...events });
  return new Puller(conn, link, { stream, consumer, ...pullsOf(options), ...events });
}

function pullsOf({ pull }: ConsumeOptions): PullOptions {
  const { how, expires, maxBytes } = pull;
  return {
    lanes: how === 'consume' ? LANES : 1,
    expiresMs: expires,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

/** How many messages one pull asks for at most. */
export function batchOf({ pull, batch }: ConsumeOptions): number {
  return pull.how === 'next' ? 1 : batch;
}
