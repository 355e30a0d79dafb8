import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hearAdvisories } from '../../../src/nats/monitor/advisories.ts';
import { until } from '../../../src/support/deadline.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startNatsServer();
});
afterEach(() => server.dispose());

it('hears by kind what servers tell, and what it is about', async () => {
  const connection = await server.connect();
  const heard: string[] = [];
  hearAdvisories(connection, (kind, of) => heard.push(`${kind}: ${of}`));
  await connection.flush();
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'orders', subjects: ['orders.>'] });
  await manager.consumers.add('orders', { durable_name: 'worker' });
  await until(() => Promise.resolve(heard.length >= 2), { timeoutMs: 10_000, what: 'two advisories' });
  expect(heard).toEqual(['stream created: orders', 'consumer created: orders.worker']);
  await connection.close();
});
