import { expect, it } from 'vitest';
import { missingGateways } from '../../../src/drivers/servers/missing-gateways.ts';
import type { GatewayPeer, GatewaysReading } from '../../../src/nats/monitor/gateways.ts';
import type { Observer } from '../../../src/nats/monitor/observer.ts';

const nodes = ['east/e1', 'east/e2', 'west/w1'].map((address) => ({ address, name: address.slice(5) }));
const links = [
  ['east/e1', 'west/w1'],
  ['east/e2', 'west/w1'],
  ['west/w1', 'east/e1'],
  ['west/w1', 'east/e2'],
].map(([from = '', to = '']) => ({ id: `${from} ${to}`, kind: 'gateway' as const, from, to }));

const peer = (cluster: string, name: string): GatewayPeer => ({ cluster, name, ip: '127.0.0.1', port: 1 });

/** @param readings by node; one that is left out does not answer */
const missing = (readings: Record<string, GatewaysReading>): Promise<string[]> => {
  const gateways = (node: string): Promise<GatewaysReading> =>
    readings[node] ? Promise.resolve(readings[node]) : Promise.reject(new Error('no answer'));
  return missingGateways({ nodes, links, observer: { gateways } as Partial<Observer> as Observer });
};

const whole = {
  'east/e1': { outbound: [peer('west', 'w1')], inbound: [] },
  'east/e2': { outbound: [peer('west', 'w1')], inbound: [peer('west', 'w1')] },
  'west/w1': { outbound: [peer('east', 'e2')], inbound: [peer('east', 'e1'), peer('east', 'e2')] },
};

it('finds nothing missing when each has its connection, wherever in the other cluster that ends', async () => {
  expect(await missing(whole)).toEqual([]);
});

it('names a server without its connection, though others have reached it', async () => {
  const east = { 'east/e2': { outbound: [], inbound: [peer('west', 'w1')] } };
  expect(await missing({ ...whole, ...east })).toEqual(['no gateway connection from east/e2 to west']);
});

it('does not believe one end alone', async () => {
  const west = { 'west/w1': { ...whole['west/w1'], inbound: [peer('east', 'e1')] } };
  expect(await missing({ ...whole, ...west })).toEqual([
    'no node of west reports the gateway connection from east/e2',
  ]);
});

it('counts a server that does not answer as one without', async () => {
  const east = { 'east/e1': whole['east/e1'], 'east/e2': whole['east/e2'] };
  expect(await missing(east)).toEqual([
    'no node of west reports the gateway connection from east/e1',
    'no node of west reports the gateway connection from east/e2',
    'no gateway connection from west/w1 to east',
  ]);
});
