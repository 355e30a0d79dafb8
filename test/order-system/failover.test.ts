import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectRedis } from '../../environments/order-system/redis.ts';
import { until } from '../../src/support/deadline.ts';

type Answer = string | Promise<string>;

/** A server that speaks the protocol of Redis as far as it is asked here. */
async function serving(answer: (words: string[], socket: Socket) => Answer): Promise<{
  port: number;
  sockets: Set<Socket>;
}> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    let answered = Promise.resolve();
    socket.on('data', (data) => {
      received += data.toString();
      for (;;) {
        const command = takeCommand(received);
        if (command === null) return;
        received = received.slice(command.length);
        answered = answered.then(async () => void socket.write(await answer(command.words, socket)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** The first whole command: `*2`, then each word as `$LENGTH` and itself. */
function takeCommand(text: string): { words: string[]; length: number } | null {
  const lines = text.split('\r\n');
  const count = Number(lines[0]?.slice(1));
  const needed = 1 + 2 * count;
  if (text === '' || lines.length <= needed) return null;
  const words = Array.from({ length: count }, (_, i) => lines[2 + 2 * i] ?? '');
  return { words, length: lines.slice(0, needed).join('\r\n').length + 2 };
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const list = (...words: string[]): string => `*${words.length}\r\n${words.map(bulk).join('')}`;

const redisServer = (runId: string) =>
  serving(([command = '']) => {
    if (command.toUpperCase() === 'INFO') return bulk(`run_id:${runId}\r\nrole:master\r\nloading:0\r\n`);
    return command.toUpperCase() === 'GET' ? bulk(runId) : '+OK\r\n';
  });

it('a client connects to the new master when it is announced while the client is on its way to the old one', async () => {
  const [old, next] = [await redisServer('old'), await redisServer('next')];
  const subscribed = new Set<Socket>();
  let master = old.port;
  let asked = 0;
  const sentinel: Awaited<ReturnType<typeof serving>> = await serving(
    async ([command = '', verb = ''], socket) => {
      const stated = (port: number, runid: string) =>
        list('ip', '127.0.0.1', 'port', String(port), 'runid', runid);
      switch (`${command} ${verb}`.toUpperCase()) {
        case 'SENTINEL MASTER':
          return stated(old.port, 'old');
        case 'SENTINEL REPLICAS':
          return `*1\r\n${stated(next.port, 'next')}`;
        case 'SENTINEL GET-MASTER-ADDR-BY-NAME': {
          asked += 1;
          const known = master;
          // Once, the failover is over while this answer is still to come.
          if (asked === 2) {
            master = next.port;
            for (const one of subscribed) one.write(list('message', '+switch-master', 'orders'));
            // It ends these connections once it has heard.
            await until(() => Promise.resolve([...subscribed].every((one) => !sentinel.sockets.has(one))), {
              timeoutMs: 20_000,
              what: 'the client to hear of the failover',
            });
          }
          return list('127.0.0.1', String(known));
        }
        case 'SUBSCRIBE +SWITCH-MASTER':
          subscribed.add(socket);
          return `*3\r\n${bulk('subscribe')}${bulk('+switch-master')}:1\r\n`;
        default:
          return '+OK\r\n';
      }
    },
  );
  const { master: client, close } = await connectRedis({
    name: 'order-service-1',
    redis: {
      sentinels: [`127.0.0.1:${sentinel.port}`],
      addresses: [`127.0.0.1:${old.port}`, `127.0.0.1:${next.port}`],
      master: 'orders',
    },
  });
  onTestFinished(close);
  const ended: string[] = [];
  client.on('end', () => ended.push('end'));
  await until(async () => (await client.get('who')) === 'old' && subscribed.size > 0, {
    timeoutMs: 20_000,
    what: 'the first connection',
  });
  for (const socket of old.sockets) socket.destroy();
  await until(async () => (await client.get('who').catch(() => null)) === 'next', {
    timeoutMs: 20_000,
    what: 'a connection to the new master',
  });
  // So ioredis had given up, and was told to go on.
  expect(ended).toEqual(['end']);
});
