import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { validText } from '../../../src/cli/discover/valid-text.ts';
import type { DiscoveredAccount, DiscoveredSystem } from '../../../src/discover/model.ts';

const account = (name: string, over: Partial<DiscoveredAccount> = {}): DiscoveredAccount => ({
  name,
  system: false,
  jetstream: true,
  users: [],
  seen: [],
  fields: {},
  ...over,
});

/** Two clusters that gateways join, and one with leafnodes. */
const system: DiscoveredSystem = {
  clusters: ['a', 'b', 'c'].map((name, i) => ({
    name,
    nodes: [{ name: `${name}1`, client: `127.0.0.1:${4222 + i}`, monitor: `http://127.0.0.1:${8222 + i}` }],
    jetstream: true,
    versions: ['2.12.3'],
  })),
  accounts: [
    account('APP', { fields: { maxFile: '4GiB', maxMemory: '1GiB', limits: { connections: 5 } } }),
    account('B'),
    account('SYS', {
      system: true,
      jetstream: false,
      users: [{ name: 'sys', proof: { password: 'sys' } }],
    }),
  ],
  links: [
    { kind: 'gateway', between: ['a', 'b'] },
    { kind: 'leafnode', from: 'c', to: 'a', accounts: ['APP', 'B'] },
  ],
  streams: [
    { address: 'a/s', account: 'APP', fields: { subjects: ['s.>'] } },
    { address: 'c/m', account: 'APP', fields: { mirror: 'a/s' } },
  ],
  consumers: [],
  notes: [],
};
const head = { name: 'found', title: 'Found', schema: 's.json', origin: 'nats://a', secrets: {} };

it('states links and what accounts may store of servers that run, and remarks what nobody can compare', () => {
  const { text, system: stated } = validText(system, { kind: 'attached' }, head);
  expect(stated.notes).toEqual([]);
  const { links, accounts } = load(text) as { links: object[]; accounts: Record<string, object> };
  expect(links).toEqual(system.links);
  expect(accounts.APP).toEqual({ jetstream: true, maxFile: '4GiB', maxMemory: '1GiB' });
  expect(text).toMatch(/^ {2}APP: .* # limits: \{ connections: 5 \}/m);
});

it('states all limits of servers that the runner starts', () => {
  const { accounts } = load(
    validText(
      {
        ...system,
        links: [],
        streams: [],
        accounts: system.accounts.map((one) => ({
          ...one,
          users: [{ name: one.name, proof: { password: 'p' } }],
        })),
      },
      { kind: 'started', nats: '2.12' },
      head,
    ).text,
  ) as { accounts: Record<string, object> };
  expect(accounts.APP).toMatchObject({ maxFile: '4GiB', limits: { connections: 5 } });
});
