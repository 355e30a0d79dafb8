import { describe, expect, it } from 'vitest';
import { reach } from '../../src/discover/live/reach.ts';
import type { ServerReading, StreamReading } from '../../src/discover/live/readings.ts';
import { systemOf } from '../../src/discover/live/system-of.ts';
import { noteText } from '../../src/discover/model.ts';

/** Of an account in operator mode. */
const KEY = `A${'D'.repeat(55)}`;

interface Given {
  name: string;
  cluster?: string;
  domain?: string;
  system?: number;
  streams?: StreamReading[];
  leafs?: { name: string; account: string; is_spoke?: boolean }[];
  remotes?: { local_account?: string }[];
  gateways?: string[];
}

/** What a server says of itself; the account of its streams is APP. */
function reading({
  name,
  cluster,
  domain,
  system = 0,
  streams = [],
  leafs = [],
  remotes,
  gateways,
}: Given): ServerReading {
  const id = `ID-${name}`;
  return {
    server: { id, name, ver: '2.12.3', ...(cluster === undefined ? {} : { cluster }) },
    system,
    varz: {
      server_id: id,
      server_name: name,
      version: '2.12.3',
      host: '0.0.0.0',
      port: 4222,
      http_port: 8222,
      cluster: cluster === undefined ? {} : { name: cluster },
      jetstream: { config: domain === undefined ? {} : { domain } },
      leaf: remotes === undefined ? {} : { remotes },
    },
    jsz: { account_details: [{ name: 'APP', id: KEY, stream_detail: streams }] },
    leafz: { leafs },
    gatewayz: { outbound_gateways: Object.fromEntries((gateways ?? []).map((one) => [one, {}])) },
    accountz: { system_account: 'SYS', accounts: ['SYS', KEY, '$G'] },
    connz: { connections: [{ account: KEY, authorized_user: 'billing', kind: 'Client' }] },
  };
}

const stream = (name: string, config: Record<string, unknown> = {}, leader = 'n1'): StreamReading => ({
  name,
  cluster: { leader },
  config: { name, subjects: [`${name}.>`], num_replicas: 1, storage: 'file', ...config },
});

describe('the limits of accounts', () => {
  const accountsOf = (over: Partial<ServerReading>[]) => {
    const { accounts, notes } = systemOf(
      over.map((one, i) => ({ ...reading({ name: `n${i}`, cluster: 'c' }), ...one })),
    );
    return { fields: accounts.find(({ name }) => name === 'APP')?.fields, notes: notes.map(noteText) };
  };
  const plain = { accountz: { system_account: 'SYS', accounts: ['SYS', 'APP', '$G'] }, connz: {} };
  const jsz = (storage: number, memory: number) => ({
    ...plain,
    jsz: {
      account_details: [{ name: 'APP', id: 'APP', reserved_storage: storage, reserved_memory: memory }],
    },
  });
  const unseen = expect.stringMatching(
    /^of the limits of the account APP servers show only maxFile/,
  ) as string;

  it('are what servers show of JetStream, and what they do not show is said', () => {
    expect(accountsOf([jsz(4 * 1024 ** 3, 1024 ** 3), jsz(4 * 1024 ** 3, 1024 ** 3)])).toEqual({
      fields: { maxFile: '4GiB', maxMemory: '1GiB' },
      notes: [unseen],
    });
    // -1, as an unsigned number of 64 bits.
    expect(accountsOf([jsz(18446744073709551615, -1)])).toEqual({ fields: {}, notes: [unseen] });
  });

  it('are left out where servers differ', () => {
    expect(accountsOf([jsz(1024, -1), jsz(2048, -1)])).toEqual({
      fields: {},
      notes: ['maxFile of the account APP differs from server to server: 1KiB, 2KiB', unseen],
    });
  });

  it('are those of the JWT in operator mode', () => {
    const limits = {
      ...{ conn: 100, subs: -1, payload: 1_048_576, leaf: 0, disk_storage: 1024 ** 3, mem_storage: -1 },
      ...{ streams: 10, consumer: -1, max_ack_pending: 0, max_bytes_required: true },
    };
    expect(accountsOf([{ details: { [KEY]: { decoded_jwt: { nats: { limits } } } } }, {}])).toEqual({
      fields: {
        ...{ maxFile: '1GiB', maxStreams: 10, maxBytesRequired: true },
        limits: { connections: 100, payload: '1MiB', leafnodes: 0 },
      },
      notes: [],
    });
  });
});

describe('what accounts share', () => {
  const sharing = (details: ServerReading['details'], others: Partial<ServerReading>[] = []) => {
    const accountz = { system_account: 'SYS', accounts: ['SYS', KEY, 'B'] };
    const { accounts, notes } = systemOf(
      [{ accountz, details: details! }, ...others].map((one, i) => ({
        ...reading({ name: `n${i}`, cluster: 'c' }),
        ...one,
      })),
    );
    const fields = Object.fromEntries(accounts.map((one) => [one.name, one.fields]));
    return { fields, notes: notes.map(noteText).filter((text) => !text.startsWith('of the limits')) };
  };

  it('is stated by the names of accounts, and as an environment writes it', () => {
    expect(
      sharing({
        [KEY]: {
          exports: [
            { type: 'service', subject: 'price.*', approved_accounts: ['B'], response_type: 'Singleton' },
            { type: 'service', subject: 'feed', service_latency: { sampling: 50, results: 'times' } },
          ],
          mappings: {
            'orders.*': [
              { subject: 'orders.$1.v2', weight: 10 },
              { subject: 'orders.$1', weight: 100 },
            ],
          },
        },
        B: {
          imports: [
            { type: 'service', account: KEY, subject: 'price.*', local_subject: 'ask.*', share: true },
            {
              type: 'service',
              account: 'SYS',
              subject: '$JS.API.>',
              local_subject: '$JS.API.>',
              share: true,
            },
          ],
        },
      }),
    ).toEqual({
      fields: {
        APP: {
          exports: [
            { kind: 'service', subject: 'feed', latency: { subject: 'times', sampling: '50%' } },
            { kind: 'service', subject: 'price.*', accounts: ['B'] },
          ],
          mappings: { 'orders.*': [{ to: 'orders.$1.v2', weight: '10%' }] },
        },
        B: { imports: [{ kind: 'service', account: 'APP', subject: 'price.*', to: 'ask.$1', share: true }] },
        SYS: {},
      },
      notes: [],
    });
  });

  it('says what cannot be told, and where servers differ', () => {
    const one = {
      exports: [{ type: 'stream', subject: 's.>', token_req: true }],
      imports: [
        { type: 'stream', account: 'SYS', subject: 'e.*.*', local_subject: 'x.*.*' },
        { type: 'stream', account: 'SYS', subject: 'gone', local_subject: 'gone', invalid: true },
      ],
    } as const;
    const readings = { [KEY]: structuredClone(one) } as unknown as ServerReading['details'];
    expect(sharing(readings, [{ details: { [KEY]: {} } }])).toMatchObject({
      fields: { APP: {} },
      notes: [
        'exports, imports and mappings of the account APP are left out: they differ from server to server',
      ],
    });
    expect(sharing(readings).notes).toEqual([
      's.>, which the account APP exports, needs an activation token',
      'the account APP imports gone of SYS, which servers call invalid',
      'the account APP imports e.*.* to x.*.*: servers do not show the order of its wildcards, which are taken as they come',
    ]);
  });
});

describe('the system that servers describe', () => {
  it('has a stream once, as its leader reports it, with its durable consumers', () => {
    const consumers = [
      { name: 'w', config: { durable_name: 'w', ack_policy: 'explicit', ack_wait: 5e9 } },
      { name: 'Xy12', config: { ack_policy: 'none' } },
    ];
    const {
      streams,
      consumers: found,
      notes,
    } = systemOf([
      reading({
        name: 'n1',
        cluster: 'c',
        streams: [{ ...stream('s', { num_replicas: 3 }), consumer_detail: consumers }],
      }),
      reading({ name: 'n2', cluster: 'c', streams: [stream('s', { num_replicas: 2 })] }),
    ]);
    expect(streams).toEqual([{ address: 'c/s', account: 'APP', fields: { subjects: ['s.>'], replicas: 3 } }]);
    expect(found).toEqual([{ address: 'c/s/w', account: 'APP', fields: { ackWait: '5s' } }]);
    expect(notes.map(noteText)).toEqual(['c/s has 1 consumer that is not durable, and left out']);
  });

  it('has leafnode links by the side that dialled, and notes on servers that did not answer', () => {
    const hub = reading({
      name: 'h1',
      cluster: 'hub',
      leafs: [
        { name: 'e1', account: 'APP', is_spoke: false },
        { name: 'far-1', account: 'APP' },
      ],
    });
    const edge = reading({
      name: 'e1',
      domain: 'edge',
      system: 1,
      leafs: [{ name: 'h1', account: 'LOCAL', is_spoke: true }],
    });
    const { links, clusters, notes } = systemOf([hub, edge]);
    expect(clusters.map(({ name }) => name)).toEqual(['edge', 'hub']);
    expect(links).toEqual([{ kind: 'leafnode', from: 'edge', to: 'hub', accounts: ['LOCAL'] }]);
    expect(notes.map(noteText)).toEqual([
      'leafnode connections in the account APP join hub to far-1, which did not answer: give an address there too',
    ]);
  });

  it('finds the dialling side of older servers by their remotes', () => {
    const hub = reading({ name: 'h1', cluster: 'hub', leafs: [{ name: 'e1', account: 'APP' }] });
    const edge = reading({
      name: 'e1',
      cluster: 'edge',
      leafs: [{ name: 'h1', account: 'APP' }],
      remotes: [{ local_account: 'APP' }],
    });
    expect(systemOf([hub, edge]).links).toEqual([
      { kind: 'leafnode', from: 'edge', to: 'hub', accounts: ['APP'] },
    ]);
  });

  it('finds the origin of a mirror by its domain, or in the same super-cluster', () => {
    const far = { subjects: undefined, mirror: { name: 'o', external: { api: '$JS.b.API', deliver: '' } } };
    const near = { subjects: undefined, mirror: { name: 'p', filter_subject: 'p.x' } };
    const { streams } = systemOf([
      reading({
        name: 'a1',
        cluster: 'a',
        domain: 'a',
        gateways: ['c'],
        streams: [stream('o'), stream('m', far), stream('q', near)],
      }),
      reading({ name: 'c1', cluster: 'c', gateways: ['a'], streams: [stream('p')] }),
      reading({ name: 'b1', cluster: 'b', domain: 'b', system: 1, streams: [stream('o')] }),
    ]);
    const mirrorOf = (address: string) => streams.find((one) => one.address === address)?.fields.mirror;
    expect(mirrorOf('a/m')).toBe('b/o');
    expect(mirrorOf('a/q')).toEqual({ stream: 'c/p', filter: 'p.x' });
  });

  it('leaves out a mirror whose origin did not answer, and says what to do', () => {
    const far = { subjects: undefined, mirror: { name: 'o', external: { api: '$JS.b.API' } } };
    const { streams, notes } = systemOf([reading({ name: 'a1', cluster: 'a', streams: [stream('m', far)] })]);
    expect(streams).toEqual([]);
    expect(notes.map(noteText)).toEqual([
      'a/m copies the stream o (through $JS.b.API), which no server that answered has: give an address of the domain b too',
      'a/m is left out: an environment has no mirror without its origin',
    ]);
  });

  it('calls accounts by their names, and names users that were seen', () => {
    const { accounts } = systemOf([reading({ name: 'n1', cluster: 'c' })]);
    expect(accounts).toMatchObject([
      { name: 'APP', jetstream: true, system: false, remark: KEY, seen: ['billing'] },
      { name: 'SYS', jetstream: false, system: true },
    ]);
  });
});

describe('where a server is', () => {
  const own = {
    ...reading({ name: 'n1', cluster: 'c' }),
    routez: { routes: [{ remote_id: 'ID-n2', ip: '172.18.0.3' }] },
  };
  const other = reading({ name: 'n2', cluster: 'c' });
  /** Ids of the servers that answer, by address. */
  const probing = (there: Record<string, string>) => ({
    client: (address: string) => Promise.resolve(there[address] ?? null),
    monitor: (base: string) => Promise.resolve(there[base] ?? null),
  });

  it('is where it answers as itself', async () => {
    const prober = probing({
      'h:4222': 'ID-n1',
      'http://h:8222': 'ID-n1',
      '172.18.0.3:4222': 'ID-n2',
      'http://172.18.0.3:8222': 'ID-n2',
    });
    expect(await reach(own, [own, other], ['h:4222'], prober)).toEqual({
      name: 'n1',
      client: 'h:4222',
      monitor: 'http://h:8222',
    });
    expect(await reach(other, [own, other], ['h:4222'], prober)).toEqual({
      name: 'n2',
      client: '172.18.0.3:4222',
      monitor: 'http://172.18.0.3:8222',
    });
  });

  it('is a guess with a remark where it does not', async () => {
    const node = await reach(other, [own, other], ['h:4222'], probing({ 'h:4222': 'ID-n1' }));
    expect(node.client).toBe('172.18.0.3:4222');
    expect(node.remark).toBe(
      'no client reached it from here: correct `client`; its monitoring endpoint was not reached from here: correct `monitor`',
    );
  });
});
