import { expect, it } from 'vitest';
import { everyLink } from '../../../src/drivers/every-link.ts';
import { missingParts } from '../../../src/drivers/servers/missing.ts';
import type { LeafnodeReading, Observer } from '../../../src/nats/monitor/observer.ts';
import { jointsOf } from '../../../src/experiment/resolve/declared-links.ts';

const link = { kind: 'leafnode', from: 'edge', to: 'hub', accounts: ['A', 'B'] } as const;
const joints = jointsOf({ links: [{ ...link, accounts: [...link.accounts] }] });

it('are looked for account by account', async () => {
  const nodes = [
    { address: 'edge/e', name: 'e' },
    { address: 'hub/h', name: 'h' },
  ];
  const cluster = (name: string, node: string) =>
    ({ name, nodes: [node], ports: {}, jetstream: false, serverConfig: {} }) as const;
  const links = everyLink({
    clusters: [cluster('edge', 'e'), cluster('hub', 'h')].map((one) => ({ ...one, nodes: [...one.nodes] })),
    links: joints.flatMap((one) =>
      one.kind === 'leafnode' ? [{ ...one, account: one.account ?? 'none' }] : [],
    ),
  });
  const missing = (peers: LeafnodeReading[]) =>
    missingParts({
      nodes,
      links,
      observer: { leafnodes: () => Promise.resolve(peers) } as unknown as Observer,
      proxies: { disturbed: () => Promise.resolve([]) },
      stateOf: () => Promise.resolve('running'),
    });
  const peer = (account: string) => ({ name: 'h', ip: '127.0.0.1', port: 1, account });
  expect(await missing([peer('A')])).toEqual(['no leafnode link of account B from edge/e to hub']);
  expect(await missing([peer('B'), peer('A')])).toEqual([]);
});
