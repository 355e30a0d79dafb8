import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { linkProbe } from '../../../src/drivers/links/link-probe.ts';
import { roundTrip, type EntryPoint } from '../../../src/drivers/links/round-trip.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<EntryPoint> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** @param says its answer to a line; null: none */
const lineServer = (says: string | null): Server =>
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => says !== null && socket.write(says));
    setTimeout(() => socket.destroy(), 5_000).unref();
  });

describe('a service of an unknown protocol', () => {
  it.each([
    { what: 'HTTP', server: () => createHttpServer(() => undefined) as Server },
    { what: 'Redis', server: () => lineServer('+PONG\r\n') },
  ])('is reached when it answers: $what', async ({ server }) => {
    const at = await listening(server());
    expect(await roundTrip(at, undefined, 5_000, 'asked')).not.toBeNull();
    const probe = linkProbe(
      () => at,
      () => 'asked',
    );
    expect(await probe.passage('link', 5_000)).toMatchObject({ opens: true, out: true, back: true });
  });

  it('is not when it keeps silent, or does not listen', async () => {
    const silent = await listening(lineServer(null));
    expect(await roundTrip(silent, undefined, 100, 'asked')).toBeNull();
    const probe = linkProbe(
      (link) => (link === 'silent' ? silent : { host: '127.0.0.1', port: 1 }),
      () => 'asked',
    );
    expect(await probe.passage('silent', 100)).toEqual({ opens: true, out: false, back: false });
    expect(await probe.passage('closed', 100)).toEqual({ opens: false, out: false, back: false });
  });
});
