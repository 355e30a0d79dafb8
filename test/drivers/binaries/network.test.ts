import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createNetwork } from '../../../src/drivers/binaries/network.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** Takes requests and says nothing, as good as a firewall that swallows packets. */
async function silentServer(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url }) => asked.push(url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('a server that does not answer is given up after its time, and not asked again', async () => {
  const { url, asked } = await silentServer();
  const network = createNetwork(200);
  const startedAt = performance.now();
  await expect(network.request(`${url}/sums`)).rejects.toThrow('cannot be reached (no answer within 200 ms)');
  expect(performance.now() - startedAt).toBeLessThan(2000);
  await expect(network.request(`${url}/archive`)).rejects.toThrow(
    'cannot be reached (no answer within 200 ms)',
  );
  expect(asked).toEqual(['/sums']);
});

test('one resolve does not remember for the next', async () => {
  const { url, asked } = await silentServer();
  for (let i = 0; i < 2; i++)
    await expect(createNetwork(100).request(url)).rejects.toThrow('cannot be reached');
  expect(asked).toHaveLength(2);
});

test('an abort is an abort, and says nothing about the site', async () => {
  const { url, asked } = await silentServer();
  const network = createNetwork(200);
  await expect(network.request(url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    code: 'aborted',
  });
  await expect(network.request(url)).rejects.toThrow('no answer within 200 ms');
  expect(asked).toHaveLength(2);
});

test('a name that nobody knows is named with its reason', async () => {
  await expect(createNetwork().request('http://releases.invalid/x')).rejects.toThrow(
    /^releases\.invalid cannot be reached \((ENOTFOUND|EAI_AGAIN)\)$/,
  );
});
