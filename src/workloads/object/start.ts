import { OBJECT_OPERATIONS, type ObjectOperation } from '../../history/operations.ts';
import { ObjectBucket } from '../../nats/objects/object-bucket.ts';
import { Sender } from '../../nats/sender.ts';
import { sleep } from '../../support/deadline.ts';
import { demandRoom, identityOf } from '../../support/message-body.ts';
import { randomFor } from '../../support/random.ts';
import { expandSubject } from '../../support/subject-template.ts';
import type { Milliseconds } from '../../support/units.ts';
import { closeAll, connectClients, RunningClients, type GivenUp } from '../clients.ts';
import { Tally } from '../tally.ts';
import type { RunningWorkload, WorkloadContext } from '../workload.ts';
import { ObjectClient } from './client.ts';
import type { ObjectOptions } from './options.ts';

/** The largest number that an identity may have. */
const LAST_N = 2 ** 32 - 1;
/** How often an object is read in the end until there is an answer. */
const LAST_TRIES = 5;
const AGAIN_MS: Milliseconds = 200;

/** Begins to store objects. @throws ChaosError when it cannot connect, or there is no such bucket */
export async function startObjects(ctx: WorkloadContext, options: ObjectOptions): Promise<RunningWorkload> {
  const { bucket, clients, node, rate, count, seed, sizes, timeout } = options;
  demandRoom(identityOf(ctx.runId, ctx.name, LAST_N), Math.min(...sizes));
  const connections = await connectClients(ctx, clients, node);
  const tally = new Tally();
  const log = ctx.history.operations(ctx.name, OBJECT_OPERATIONS);
  let giveUp: (why: GivenUp) => void = () => undefined;
  const givenUp = new Promise<GivenUp>((resolve) => (giveUp = resolve));
  const names = expandSubject(options.names);
  const name = bucket.split('/')[1] ?? bucket;
  let values = 0;
  try {
    const buckets = await Promise.all(connections.map((conn) => ObjectBucket.open(conn, name, timeout)));
    const own = buckets.map(
      (one, number) =>
        new ObjectClient({
          number,
          bucket: one,
          names,
          operations: operationsOf(options),
          sizes,
          runId: ctx.runId,
          workload: ctx.name,
          publishers: ctx.publishers,
          sender: new Sender(ctx.runId, ctx.publishers),
          random: randomFor(seed, `${ctx.name} ${number}`),
          log,
          tally,
          nextValue: () => ++values,
          now: ctx.elapsedMs,
          givenUp,
        }),
    );
    const target = bucket.replace('/', '/OBJ_');
    const last = (isOver: () => boolean): Promise<void> => readAll(ctx, own[0], names, isOver);
    const pace = { rate, count, atOnce: 1, giveUp, last };
    return new RunningClients({ ctx, kind: 'object', target, tally, connections, clients: own, ...pace });
  } catch (error) {
    await closeAll(connections);
    throw error;
  }
}

/** Reads every object once nobody writes any more. */
async function readAll(
  ctx: WorkloadContext,
  client: ObjectClient | undefined,
  names: readonly string[],
  isOver: () => boolean,
): Promise<void> {
  for (const name of names) {
    for (let tries = 0; tries < LAST_TRIES && !isOver(); tries += 1) {
      const now = ctx.elapsedMs();
      if ((await client?.get(name, { due: now, t: now }, true)) !== false) break;
      await sleep(AGAIN_MS);
    }
  }
}

/** Each operation as often as it is to be chosen. */
function operationsOf({ operations }: ObjectOptions): ObjectOperation[] {
  const weights = operations as Partial<Record<ObjectOperation, number>>;
  return OBJECT_OPERATIONS.flatMap((op) => Array.from({ length: weights[op] ?? 0 }, () => op));
}
