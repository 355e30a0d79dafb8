import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { discoverApplication } from '../../src/discover/files/compose-application.ts';

function applicationOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, text);
  const { system } = discoverApplication(file, {}, folder);
  const services = Object.fromEntries((system.services ?? []).map(({ name, fields }) => [name, fields]));
  return { system, services, notes: system.notes.map(({ text: note }) => note) };
}

const NATS = (name: string, other: string): string =>
  `  ${name}: { image: "nats:2.12", command: [--name, ${name}, --cluster_name, shop, --cluster, "nats://0.0.0.0:6222", --routes, "nats://${other}:6222", -js, -m, "8222"] }`;

test('servers become a cluster, all else services, with links to what their variables and commands name', () => {
  const { system, services } = applicationOf(`services:
${NATS('nats-1', 'nats-2')}
${NATS('nats-2', 'nats-1')}
  redis: { image: "redis:7", command: redis-server --appendonly yes, healthcheck: { test: [CMD, redis-cli, ping] } }
  copy: { image: "redis:7", command: redis-server --replicaof redis 6379, depends_on: [redis] }
  db: { image: "postgres:16", environment: { POSTGRES_PASSWORD: x }, ports: ["15432:5432"] }
  api:
    image: shop/api
    deploy: { replicas: 3 }
    environment:
      - NATS_URL=nats://nats-1:4222,nats://nats-2:4222
      - NATS_FIRST=nats-2:4222
      - REDIS_URL=redis://user:pw@redis:6379/0
      - DB_HOST=db
      - DB_PORT=5432
      - LEVEL=info
      - SELF=http://api:8080
    expose: [8080]
    depends_on: { db: { condition: service_healthy }, nats-1: { condition: service_started } }
    healthcheck: { test: "curl -f http://localhost:8080/health || exit 1" }
`);
  expect(system.clusters.map(({ name, nodes }) => [name, nodes.map((node) => node.name)])).toEqual([
    ['shop', ['nats-1', 'nats-2']],
  ]);
  expect(system.noAuthUser).toBe('app');
  expect(services).toEqual({
    redis: {
      image: 'redis:7',
      imageCommand: ['redis-server', '--appendonly', 'yes'],
      ports: { main: 'free:6379' },
      health: { kind: 'command', command: ['redis-cli', 'ping'] },
    },
    copy: {
      image: 'redis:7',
      imageCommand: ['redis-server', '--replicaof', '${link.redis.1.host}', '${link.redis.1.port}'],
      ports: { main: 'free:6379' },
      links: [{ to: 'redis' }],
      dependsOn: ['redis'],
    },
    db: {
      image: 'postgres:16',
      ports: { main: 'free:5432' },
      protocols: { main: 'postgresql' },
      env: { POSTGRES_PASSWORD: 'x' },
    },
    api: {
      image: 'shop/api',
      replicas: 3,
      ports: { main: 'free:8080' },
      env: {
        NATS_URL: '${link.shop}',
        NATS_FIRST: '${link.shop.2.host}:${link.shop.2.port}',
        REDIS_URL: 'redis://user:pw@${link.redis.1}/0',
        DB_HOST: '${link.db.1.host}',
        DB_PORT: '${link.db.1.port}',
        LEVEL: 'info',
        SELF: 'http://api:8080',
      },
      links: [{ to: 'shop' }, { to: 'redis' }, { to: 'db' }],
      dependsOn: ['db', 'nats'],
      health: { kind: 'http', path: '/health' },
    },
  });
});

test('of several ports each link says which, and a check by the shell stays one', () => {
  const { services } = applicationOf(`services:
  broker: { image: x/broker, expose: [1000, "2000/tcp"], healthcheck: { test: "nc -z localhost 1000" } }
  user: { image: x/user, environment: { A: "broker:1000", B: "http://broker:2000/x", C: "broker:3000" } }
`);
  expect(services.broker).toMatchObject({
    ports: { p1000: 'free:1000', p2000: 'free:2000' },
    health: { kind: 'command', command: ['sh', '-c', 'nc -z localhost 1000'] },
  });
  expect(services.user).toEqual({
    image: 'x/user',
    env: { A: '${link.broker-p1000.1}', B: 'http://${link.broker-p2000.1}/x', C: 'broker:3000' },
    links: [
      { to: 'broker', port: 'p1000', as: 'broker-p1000' },
      { to: 'broker', port: 'p2000', as: 'broker-p2000' },
    ],
  });
});

test('what an environment cannot state is noted, with a cluster where the file has none', () => {
  const { system, services, notes } = applicationOf(`services:
  web: { build: ./web, entrypoint: [run], volumes: ["./web.conf:/etc/web.conf"], environment: { API: "http://api:80" } }
  api: { image: x/api, scale: 2, expose: [80] }
`);
  expect(system.clusters).toMatchObject([{ name: 'nats', nodes: [{ name: 'n1' }] }]);
  expect(services.web).toMatchObject({ env: { API: 'http://${link.api.1}' } });
  expect(notes.join('\n')).toMatch(
    /no nats-server[\s\S]*built from \.\/web[\s\S]*entrypoint[\s\S]*web\.conf[\s\S]*2 replicas: the first one is meant/,
  );
});
