// How fast the runner publishes, beside `js.publish` of the client with as many messages in flight: one server,
// one minute, turn and turn about. Needs nothing but the server; prints a table and the ratio.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { bodyOf, identityOf } from '../src/nats/message.ts';
import { watchLink } from '../src/nats/link-state.ts';
import { Publisher } from '../src/nats/publisher.ts';
import type { Connection } from '../src/nats/connect.ts';
import { startNatsServer } from '../test/support/nats-server.ts';

const IN_FLIGHT = 256;
const SIZE = 256;
const COUNT = Number(process.argv[2] ?? 50_000);
const ROUNDS = Number(process.argv[3] ?? 3);

const server = await startNatsServer();
try {
  const conn = await server.connect('bench');
  const manager = await jetstreamManager(conn);
  await manager.streams.add({ name: 'bench', subjects: ['bench.>'] });
  await round(engine, conn, 5000, 'warm-up');
  await round(client, conn, 5000, 'warm-up');
  const rates: Record<'engine' | 'client', number[]> = { engine: [], client: [] };
  for (let at = 1; at <= ROUNDS; at += 1) {
    rates.client.push(await round(client, conn, COUNT, `c${at}`));
    rates.engine.push(await round(engine, conn, COUNT, `e${at}`));
  }
  console.log(`${COUNT} messages of ${SIZE} B, ${IN_FLIGHT} in flight, ${ROUNDS} rounds, messages a second:`);
  console.log(`js.publish of the client  ${rates.client.map(Math.round).join('  ')}`);
  console.log(`the runner's publisher    ${rates.engine.map(Math.round).join('  ')}`);
  console.log(`ratio of the medians      ${(median(rates.engine) / median(rates.client)).toFixed(2)}`);
  await conn.close();
} finally {
  await server.dispose();
}

type Sender = (conn: Connection, count: number, name: string) => Promise<void>;

async function round(send: Sender, conn: Connection, count: number, name: string): Promise<number> {
  const start = performance.now();
  await send(conn, count, `${send.name}-${name}`);
  return (count / (performance.now() - start)) * 1000;
}

function engine(conn: Connection, count: number, name: string): Promise<void> {
  const publisher = new Publisher(conn, watchLink(conn), {
    subject: 'bench.x',
    stream: 'bench',
    timeoutMs: 5000,
    retries: 0,
  });
  return new Promise((resolve, reject) => {
    let sent = 0;
    let done = 0;
    const send = (): void => {
      const id = identityOf('benchrun', name, ++sent);
      publisher.send({
        id,
        body: () => bodyOf(id, SIZE),
        settled: (result) => {
          if (result.outcome !== 'ok') reject(new Error(result.error));
          else if (++done === count) resolve();
          else if (publisher.inFlight <= IN_FLIGHT * 0.75) fill();
        },
      });
    };
    const fill = (): void => {
      while (sent < count && publisher.inFlight < IN_FLIGHT) send();
    };
    fill();
  });
}

async function client(conn: Connection, count: number, name: string): Promise<void> {
  const js = jetstream(conn);
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < count) {
      const id = identityOf('benchrun', name, ++sent);
      await js.publish('bench.x', bodyOf(id, SIZE), { msgID: id });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
