import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isHealthy } from '../../src/support/health-check.ts';

const SOON_MS = 5_000;

describe('a health check', () => {
  let server: Server;
  let at: { host: string; port: number };
  beforeAll(async () => {
    server = createServer((request, response) => {
      // One path never gets an answer.
      if (request.url !== '/silent') response.writeHead(request.url === '/health' ? 204 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    at = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('by HTTP wants the status', async () => {
    expect(await isHealthy({ kind: 'http', ...at, path: '/health', status: 204 }, SOON_MS)).toBe(true);
    expect(await isHealthy({ kind: 'http', ...at, path: '/health', status: 200 }, SOON_MS)).toBe(false);
    expect(await isHealthy({ kind: 'http', ...at, path: '/silent', status: 204 }, 100)).toBe(false);
  });

  it('by TCP wants a connection', async () => {
    expect(await isHealthy({ kind: 'tcp', ...at }, SOON_MS)).toBe(true);
    // Nothing listens on port 1.
    expect(await isHealthy({ kind: 'tcp', host: '127.0.0.1', port: 1 }, SOON_MS)).toBe(false);
  });

  it('by TCP may want a connection that stays open', async () => {
    expect(await isHealthy({ kind: 'tcp', ...at, openForMs: 50 }, SOON_MS)).toBe(true);
    // As a forwarder does whose program does not listen.
    const forwarder = net.createServer((socket) => socket.end());
    await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
    const { port } = forwarder.address() as AddressInfo;
    const check = { kind: 'tcp' as const, host: '127.0.0.1', port };
    expect(await isHealthy(check, SOON_MS)).toBe(true);
    expect(await isHealthy({ ...check, openForMs: SOON_MS / 2 }, SOON_MS)).toBe(false);
    forwarder.close();
  });

  it('by a command wants exit code 0, in time', async () => {
    const command = (code: string) => ({ kind: 'command' as const, command: [process.execPath, '-e', code] });
    expect(await isHealthy(command('process.exit(0)'), SOON_MS)).toBe(true);
    expect(await isHealthy(command('process.exit(3)'), SOON_MS)).toBe(false);
    expect(await isHealthy(command('setInterval(() => {}, 1000)'), 100)).toBe(false);
    expect(await isHealthy({ kind: 'command', command: ['/nowhere/at-all'] }, SOON_MS)).toBe(false);
  });
});
