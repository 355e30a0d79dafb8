import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { discoveredText, type Deployment } from '../../src/cli/discover/environment-text.ts';
import { validText } from '../../src/cli/discover/valid-text.ts';
import { asStarted } from '../../src/discover/as-started.ts';
import { discoverCompose } from '../../src/discover/files/discover-compose.ts';
import { discoverConfigurations } from '../../src/discover/files/discover-configurations.ts';
import { noteText, type DiscoveredSystem } from '../../src/discover/model.ts';
import { withOneDomain } from '../../src/discover/one-domain.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files, each into a folder of its own name. @returns the paths */
function files(texts: Record<string, string>): string[] {
  return Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

const HEAD = { name: 'found', title: 'found', schema: 's.json', origin: 'files', secrets: {} };
const STARTED: Deployment = { kind: 'started', nats: '2.12' };
const compose = (name: string) => discoverCompose([join(folder, name)], {}, folder);
const configurations = (...names: string[]): DiscoveredSystem =>
  discoverConfigurations(
    names.map((name) => join(folder, name)),
    {},
    folder,
  );
const notesOf = ({ notes }: DiscoveredSystem): string[] => notes.map(noteText);
/** What a run would be given; an invalid one throws. */
const started = (system: DiscoveredSystem): string =>
  validText(withOneDomain(asStarted(system)), STARTED, HEAD).text;

describe('a compose file', () => {
  files({
    'shop/compose.yaml': `
x-server: &server
  image: \${IMAGE:-nats:2.11-alpine}
services:
  a1:
    <<: *server
    command: -c /etc/nats/a.conf --name a1
    environment: [LEAF=b1:7422]
    volumes: [./a.conf:/etc/nats/a.conf:ro, data:/data]
  a2:
    <<: *server
    command: ["--config", "/conf/a.conf", "-n=a2", "--strange"]
    environment: { LEAF: "b1:7422" }
    volumes: [{ type: bind, source: ., target: /conf }]
  b:
    image: registry.example/nats:2.11
    hostname: b1
    configs: [{ source: b, target: /b.conf }]
    command: [-c, /b.conf]
  box: { image: natsio/nats-box, command: sleep 1 }
  old: { image: "nats-streaming:0.17" }
configs:
  b:
    content: |
      server_name: b
      http: 8222
      leafnodes { port: 7422 }
      jetstream { domain: b }
volumes: { data: {} }
`,
    'shop/a.conf': `
http_port: 8222
jetstream { store_dir: /data, domain: a }
cluster { name: a, port: 6222, routes: [nats://a1:6222, nats://a2:6222] }
accounts { APP { jetstream: enabled, users: [{ user: app, password: secret }] }, SYS { users: [{ user: sys, password: $PASSWORD }] } }
system_account: SYS
leafnodes { remotes: [{ url: "nats://app:secret@b1:7422", account: APP }, { url: "nats://elsewhere:7422" }] }
`,
  });
  const found = compose('shop/compose.yaml');

  it('is read with the configurations that its services read', () => {
    expect(found.problem).toBeUndefined();
    expect(found.image).toBe('2.11');
    expect(found.system.clusters).toMatchObject([
      { name: 'a', domain: 'a', jetstream: true, nodes: [{ name: 'a1' }, { name: 'a2' }] },
      { name: 'b', domain: 'b', jetstream: true, nodes: [{ name: 'b' }] },
    ]);
    expect(found.system.links).toEqual([{ kind: 'leafnode', from: 'a', to: 'b', accounts: ['APP'] }]);
    expect(found.system.accounts.find(({ name }) => name === 'APP')?.users).toEqual([
      { name: 'app', proof: { password: 'secret' } },
    ]);
  });

  it('says what was not read, with its place', () => {
    expect(notesOf(found.system)).toEqual(
      [
        'shop/compose.yaml:10: a2: the argument --strange is not known',
        'shop/compose.yaml:21: old is NATS Streaming, which is no nats-server',
        'shop/a.conf:5: the variable PASSWORD is set neither here nor in the environment',
        'shop/a.conf:7: the leafnode remote elsewhere:7422 is left out: no configuration of a server there was given',
      ].sort((a, b) => notesOf(found.system).indexOf(a) - notesOf(found.system).indexOf(b)),
    );
  });

  it('becomes a valid environment that brings it up', () => {
    const deployment: Deployment = {
      kind: 'compose',
      file: 'compose.yaml',
      clientPort: 4222,
      monitorPort: 8222,
    };
    const { text } = validText(found.system, deployment, HEAD);
    expect(text).toContain('compose: { file: compose.yaml }');
    expect(text).toContain('    jetstream: { domain: a }');
    expect(text).toContain('  - { kind: leafnode, from: a, to: b, account: APP }');
  });

  it.each([
    [
      'services: { n: { image: nats, command: -js -m 8222 } }',
      /n would call itself by another name each time/,
    ],
    ['services: { n: { image: nats, command: -js --name n } }', /n has no monitoring endpoint/],
    [
      'services: { n: { image: nats, command: -n n -m 8222 }, m: { image: nats, command: -n m -m 8223 } }',
      /listen on different ports/,
    ],
  ])('that cannot be brought up as it is says why: %s', (text, why) => {
    files({ 'odd/compose.yaml': text });
    const odd = compose('odd/compose.yaml');
    expect(odd.problem).toMatch(why);
    expect(started(odd.system)).toContain('nats: "2.12"');
  });

  it.each([
    ['services: [', /^broken\/compose\.yaml:1:\d+: /],
    ['a: 1', /^broken\/compose\.yaml:1:1: this file has no services/],
  ])('that is none is an error with its place: %s', (text, problem) => {
    files({ 'broken/compose.yaml': text });
    expect(() => compose('broken/compose.yaml')).toThrow(problem);
  });

  it('keeps a wrong configuration apart from its own place', () => {
    files({
      'w/compose.yaml':
        'services:\n  n:\n    image: nats\n    command: -c /n.conf\n    volumes: [./n.conf:/n.conf]',
      'w/n.conf': 'port: 1\ncluster {',
    });
    expect(() => compose('w/compose.yaml')).toThrow(/^w\/n\.conf:2:9: this \{ has no closing \}$/);
  });
});

describe('configurations of nats-server', () => {
  it('are the servers of clusters, joined by gateways and leafnode links', () => {
    const cluster = (name: string, port: number, other: string): string => `
      include shared.conf
      server_name: ${name}1, port: ${port}
      cluster { name: ${name}, routes: [nats://localhost:${port + 1}] }
      gateway { name: ${name}, gateways: [{ name: east, urls: [] }, { name: west, urls: [] }, { name: ${other}, urls: [] }] }`;
    files({
      'sc/shared.conf':
        'jetstream: enabled\nmax_payload: 2MB\naccounts { A { jetstream { max_file: 1GB }, users: [{ user: a, password: $2a$04$abc }], exports: [{ stream: "x.>" }] }, B { imports: [{ stream: { account: A, subject: "x.>" } }], users: [{user: b, password: b, permissions: { publish: "b.>", subscribe: { deny: [">"] }, allow_responses: true } }] } }\ntls { cert_file: x }\nwhatever { a: 1 }',
      'sc/east.conf': cluster('east', 4222, 'west'),
      'sc/west.conf': cluster('west', 4322, 'north'),
      'sc/leaf.conf':
        'server_name: edge\njetstream { domain: edge }\nleafnodes { remotes: [{ urls: ["nats://east1:7422"] , account: A }] }',
    });
    const system = configurations('sc/east.conf', 'sc/west.conf', 'sc/leaf.conf');
    expect(system.clusters.map(({ name, nodes }) => [name, nodes.length])).toEqual([
      ['east', 2],
      ['west', 2],
      ['edge', 1],
    ]);
    expect(system.links).toEqual([
      { kind: 'gateway', between: ['east', 'west'] },
      { kind: 'leafnode', from: 'edge', to: 'east', accounts: ['A'] },
    ]);
    expect(system.clusters[0]?.config).toEqual({ max_payload: 2 * 1024 ** 2 });
    expect(system.accounts.find(({ name }) => name === 'B')?.users[0]?.permissions).toEqual({
      publish: { allow: ['b.>'] },
      subscribe: { deny: ['>'] },
      responses: {},
    });
    const notes = notesOf(system);
    expect(notes).toContain('sc/shared.conf:5: whatever is not taken over');
    expect(notes.find((note) => note.includes('the gateway to north'))).toMatch(/^sc\/west\.conf:5: /);
    expect(notes.find((note) => note.includes('as a hash'))).toMatch(
      /^sc\/shared\.conf:3: the password of a /,
    );
    expect(notes.find((note) => note.includes('tls of clients'))).toMatch(/^sc\/shared\.conf:4: /);
    const text = started(system);
    expect(text).toContain('exports: [{ kind: stream, subject: "x.>" }]');
    expect(text).toContain('  - { kind: gateway, between: [east, west] }');
  });

  it('stand for all servers of a cluster where their routes name them', () => {
    files({
      'one/nats.conf':
        'http: 8222\njetstream {}\ncluster {\n  name: c\n  routes: [nats://n1:6222, nats://n2:6222, nats://n3:6222]\n}',
    });
    const system = configurations('one/nats.conf');
    expect(system.clusters[0]?.nodes.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3']);
    expect(notesOf(system)).toEqual([
      'one/nats.conf:5: by its routes the cluster c has 3 servers, of which one configuration was given',
    ]);
  });
});

describe('the text of an environment', () => {
  const system: DiscoveredSystem = {
    clusters: [
      {
        name: 'c',
        nodes: [{ name: 'n', client: 'h:4222', monitor: 'http://h:8222' }],
        jetstream: true,
        versions: ['2.12.1'],
      },
    ],
    accounts: [{ name: 'A', system: false, jetstream: true, users: [], seen: ['x\n# y'], fields: {} }],
    links: [],
    streams: [
      { address: 'c/ok', account: 'A', fields: { subjects: ['a.>'] } },
      { address: 'c/odd', account: 'A', fields: { subjects: ['b.>', 'b.*'] } },
    ],
    consumers: [{ address: 'c/odd/w', account: 'A', fields: {} }],
    notes: [{ text: 'a note\nof two lines' }],
  };

  it('leaves out the streams that it would be refused for, with their consumers, and says so', () => {
    const { text, system: kept } = validText(system, { kind: 'attached' }, HEAD);
    expect(kept.streams.map(({ address }) => address)).toEqual(['c/ok']);
    expect(kept.consumers).toEqual([]);
    expect(text).toMatch(/# - c\/odd is left out: "b\.\*" overlaps with "b\.>"/);
  });

  it('has no line of somebody else’s', () => {
    const text = discoveredText(system, { kind: 'attached' }, HEAD);
    expect(text).toContain('# - a note of two lines');
    expect(text).toContain('# seen here: x # y');
  });
});
