import net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { holdPorts } from '../../../src/drivers/servers/ports.ts';

const servers: net.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function occupied(): Promise<number> {
  const server = net.createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

it('never gives one port to two who hold at the same time', async () => {
  const [one, two] = [holdPorts(), holdPorts()];
  const ports = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : two).free()));
  expect(new Set(ports).size).toBe(40);
  await Promise.all([one.release(), two.release()]);
});

it('names who holds a declared port that is taken', async () => {
  const port = await occupied();
  const hold = holdPorts();
  await expect(hold.declared(port, 'client of c/n', false)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      new RegExp(`^port ${port} \\(client of c/n\\) is taken by process ${process.pid} \\(`),
    ) as string,
    hint: expect.stringContaining('--free-ports') as string,
  });
  await hold.release();
});

it('takes a free port instead where that is wanted', async () => {
  const port = await occupied();
  const hold = holdPorts();
  expect(await hold.declared(port, 'client of c/n', true)).not.toBe(port);
  await hold.release();
});

it('lets go of a port that somebody has connected to meanwhile', async () => {
  const hold = holdPorts();
  const client = net.connect(await hold.free(), '127.0.0.1');
  client.on('error', () => undefined);
  await new Promise((resolve) => client.once('connect', resolve));
  await hold.release();
  client.destroy();
});
