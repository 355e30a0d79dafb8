import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ServerObservations } from '../../../src/drivers/attached/server-observations.ts';
import { getJson } from '../../../src/nats/monitor/monitor.ts';

let server: Server | undefined;
afterEach(() => new Promise((done) => (server ? server.close(done) : done(undefined))));

/** Something that answers with an id, as the monitoring endpoint of a server does. */
async function listen(id: string, port = 0): Promise<number> {
  server = createServer((_, response) => response.end(JSON.stringify({ id })));
  await new Promise<void>((done) => server?.listen(port, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

async function close(): Promise<void> {
  server?.closeAllConnections();
  await new Promise((done) => server?.close(done));
  server = undefined;
}

const observerOf = (port: number) => ({
  server: async () => {
    const { id } = await getJson<{ id: string }>(`http://127.0.0.1:${port}`, '/varz');
    return { id, upMs: 1_000, version: '2', configLoadedAt: 0 };
  },
});

it('tells a server that refuses connections, and one that is another than before', async () => {
  const seen = new ServerObservations();
  const port = await listen('A');
  const look = () => seen.observe(observerOf(port), ['c/n1']);
  await look();
  await look();
  expect(seen.exits).toEqual([]);
  await close();
  await look();
  await look();
  expect(seen.exits).toMatchObject([{ node: 'c/n1', restartedByOthers: false }]);
  await listen('B', port);
  await look();
  expect(seen.exits).toMatchObject([{ node: 'c/n1', restartedByOthers: true }]);
  await close();
  await listen('C', port);
  await look();
  expect(seen.exits).toHaveLength(2);
});

it('says nothing of one that has never answered', async () => {
  const seen = new ServerObservations();
  const port = await listen('A');
  await close();
  await seen.observe(observerOf(port), ['c/n1']);
  expect(seen.exits).toEqual([]);
});
