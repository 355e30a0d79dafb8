import { expect, it } from 'vitest';
import { hostOf, portOf } from '../../src/support/addresses.ts';

it.each([
  ['127.0.0.1:4222', '127.0.0.1', 4222],
  ['[::1]:4222', '::1', 4222],
  ['http://nats.example:8222', 'nats.example', 8222],
  ['https://nats.example', 'nats.example', 443],
  ['http://[fe80::1]', 'fe80::1', 80],
])('%s has a host and a port', (address, host, port) => {
  expect(hostOf(address)).toBe(host);
  expect(portOf(address)).toBe(port);
});

it('finds no host in what is no address, and no port where there is none', () => {
  expect(hostOf('nats://127.0.0.1:4222')).toBe('');
  expect(hostOf('user@host:4222')).toBe('');
  expect(() => portOf('nats.example')).toThrow('nats.example has no port');
});
