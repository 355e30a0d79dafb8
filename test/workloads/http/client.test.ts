import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as undici from 'undici';
import { afterEach, expect, test } from 'vitest';
import { HttpClient } from '../../../src/workloads/http/client.ts';
import { expectationOf } from '../../../src/workloads/http/expectation.ts';
import type { Request } from '../../../src/workloads/http/requests.ts';

const servers: Server[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientFor(bases: string[], expected: { status?: string; body?: string } = {}, timeoutMs = 5000) {
  const expectation = expectationOf({ status: '2xx', ...expected });
  const client = new HttpClient(undici, { bases, connections: 4, timeoutMs, expectation });
  clients.push(client);
  return client;
}

const order: Request = { id: 'run/orders/1', n: 1, method: 'POST', path: '/orders', headers: {}, body: 'x' };

test('a request is accepted when its answer is as expected', async () => {
  const base = await listening((_request, response) => response.writeHead(201).end('{"id":"run/orders/1"}'));
  const client = clientFor([`${base}/api/`], { body: '"{id}"' });
  expect(await client.attempt(order, 0)).toEqual({ outcome: 'ok', mayRetry: false });
});

test('another status or body refuses it; only a server error may be tried again', async () => {
  let status = 400;
  const base = await listening((_request, response) => response.writeHead(status).end('nothing'));
  const client = clientFor([base], { body: 'stored' });
  const answers = [];
  for (status of [400, 503, 200]) answers.push(await client.attempt(order, 0));
  expect(answers).toEqual([
    { outcome: 'failed', error: 'answered with status 400', mayRetry: false },
    { outcome: 'failed', error: 'answered with status 503', mayRetry: true },
    { outcome: 'failed', error: 'status 200, but not the body expected', mayRetry: false },
  ]);
});

test('without an answer in time its outcome is unknown', async () => {
  const base = await listening(() => undefined);
  const answer = await clientFor([base], {}, 50).attempt(order, 0);
  expect(answer).toEqual({ outcome: 'unknown', error: 'no answer in time', mayRetry: true });
});

test('a connection that breaks leaves it unknown, one that is never made refuses it', async () => {
  const base = await listening((request) => request.socket.destroy());
  const answer = await clientFor([base]).attempt(order, 0);
  expect(answer).toMatchObject({ outcome: 'unknown', mayRetry: true });
  const [server] = servers.splice(0);
  await new Promise((resolve) => server?.close(resolve));
  const refused = await clientFor([base]).attempt(order, 0);
  expect(refused).toEqual({ outcome: 'failed', error: 'the connection was refused', mayRetry: true });
});

test('what is under way when it is given up is unknown', async () => {
  let arrived: () => void = () => undefined;
  const isThere = new Promise<void>((resolve) => (arrived = resolve));
  const base = await listening(() => arrived());
  const client = clientFor([base]);
  const asked = client.attempt(order, 0);
  await isThere;
  client.giveUp('the run is over');
  expect(await asked).toMatchObject({ outcome: 'unknown', error: 'the run is over' });
  expect(await client.attempt(order, 0)).toMatchObject({ outcome: 'unknown', mayRetry: false });
});

test('requests go to several places in turn', async () => {
  const seen: string[] = [];
  const bases = await Promise.all(
    ['a', 'b'].map((name) =>
      listening((_request, response) => {
        seen.push(name);
        response.end();
      }),
    ),
  );
  const client = clientFor(bases);
  for (const turn of [0, 1, 2]) await client.attempt(order, turn);
  expect(seen).toEqual(['a', 'b', 'a']);
});
