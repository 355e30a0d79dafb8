import { engine, compose, capabilities, programs, servers, type Need } from './needs.ts';

/** Tests that need the same of a machine. */
export interface Group {
  /** In the closing table. */
  what: string;
  /** Projects of vitest.config.ts that have such tests. */
  projects: readonly string[];
  needs: readonly Need[];
  /** Files that consist of such tests only; elsewhere the tests ask for themselves. */
  files?: readonly string[];
}

const ROOT_FAULTS = capabilities('packets', 'power', 'disk-space', 'disk-speed', 'cpu', 'memory');
const RUNS = servers('current');
const CONFORMANCE = servers('current', 'conformance');
const OWN_ENGINES = [RUNS, capabilities('power'), programs('dockerd', 'openssl', 'ip')];

export const GROUPS = {
  servers: {
    what: 'tests against real servers',
    projects: ['servers', 'essential', 'e2e', 'containers', 'containers-alone'],
    needs: [RUNS],
    files: ['test/workloads/**/*.test.ts', 'test/nats/**/*.test.ts', 'test/e2e/!(completion).test.ts'],
  },
  conformance: {
    what: 'what every driver must do, on processes',
    projects: ['servers', 'e2e'],
    needs: [CONFORMANCE],
    files: ['test/conformance/process-*.test.ts'],
  },
  upgrades: {
    what: 'upgrades to other releases',
    projects: ['servers', 'containers'],
    needs: [servers('current', 'conformance', 'upgrades')],
  },
  'faults-root': {
    what: 'the faults that need root, on processes',
    projects: ['e2e'],
    needs: [CONFORMANCE, ROOT_FAULTS],
    files: ['test/conformance/process-root.test.ts'],
  },
  filesystems: {
    what: 'filesystems of their own',
    projects: ['unit'],
    needs: [capabilities('power', 'disk-space', 'disk-speed')],
  },
  'cpu-limits': { what: 'limits on the CPU', projects: ['unit'], needs: [capabilities('cpu')] },
  'memory-limits': { what: 'limits on memory', projects: ['unit'], needs: [capabilities('memory')] },
  'service-limits': {
    what: 'limits on services, and losses between them',
    projects: ['servers', 'containers'],
    needs: [CONFORMANCE, capabilities('packets', 'cpu', 'memory')],
  },
  packets: { what: 'rules that drop packets', projects: ['unit'], needs: [capabilities('packets')] },
  'packet-loss': {
    what: 'the undoing of lost packets',
    projects: ['e2e'],
    needs: [RUNS, capabilities('packets')],
    files: ['test/e2e/packet-loss.test.ts'],
  },
  power: {
    what: 'power failures, what they do, and their undoing',
    projects: ['e2e'],
    needs: [RUNS, capabilities('power')],
    files: ['test/e2e/power.test.ts'],
  },
  assertions: {
    what: 'servers with the assertions of their authors',
    projects: ['e2e'],
    needs: [RUNS, capabilities('disk-space'), programs('go')],
    files: ['test/e2e/assertions.test.ts'],
  },
  python: {
    what: 'histories opened in Python',
    projects: ['unit', 'e2e'],
    needs: [programs('python3', 'pip3')],
  },
  manifests: {
    what: 'manifests and the action against the published schemas',
    projects: ['unit'],
    needs: [programs('python3', 'pip3')],
  },
  redis: { what: 'the roles of Redis', projects: ['unit'], needs: [programs('redis-server')] },
  go: { what: 'servers that Go builds', projects: ['unit'], needs: [programs('go')] },
  questions: {
    what: 'questions at a terminal',
    projects: ['e2e'],
    needs: [RUNS, programs('script')],
    files: ['test/e2e/init.test.ts'],
  },
  'completion-bash': {
    what: 'completion in bash',
    projects: ['e2e'],
    needs: [programs('script', 'bash')],
  },
  'completion-zsh': { what: 'completion in zsh', projects: ['e2e'], needs: [programs('script', 'zsh')] },
  'completion-fish': {
    what: 'completion in fish',
    projects: ['e2e'],
    needs: [programs('script', 'fish')],
  },
  containers: {
    what: 'everything on containers',
    projects: ['containers'],
    needs: [CONFORMANCE, engine],
    files: ['test/conformance/docker-*.test.ts', 'test/e2e/{docker,*-docker}.test.ts'],
  },
  image: {
    what: 'the image of nats-chaos',
    projects: ['containers'],
    needs: [RUNS, engine, programs('tini')],
    files: ['test/e2e/image-docker.test.ts'],
  },
  'containers-root': {
    what: 'the faults that need root, on containers',
    projects: ['containers'],
    needs: [CONFORMANCE, engine, ROOT_FAULTS],
    files: ['test/conformance/docker-root.test.ts'],
  },
  compose: {
    what: 'containers of compose files, and those that run already',
    projects: ['containers-alone'],
    needs: [RUNS, engine, compose, capabilities('packets')],
    files: ['test/e2e/compose.test.ts', 'test/e2e/attach-docker.test.ts'],
  },
  prometheus: {
    what: 'metrics that Prometheus scrapes',
    projects: ['e2e'],
    needs: [RUNS, programs('prometheus')],
    files: ['test/e2e/monitoring.test.ts'],
  },
  'order-system': {
    what: 'an order through the whole order system',
    projects: ['e2e'],
    needs: [RUNS, programs('redis-server', 'redis-sentinel', 'redis-cli', 'nginx', 'prometheus')],
    files: ['test/e2e/order-system.test.ts'],
  },
  'own-engine': {
    what: 'an engine that is disturbed',
    projects: ['containers'],
    needs: OWN_ENGINES,
    files: ['test/e2e/docker-engine.test.ts'],
  },
  stores: {
    what: 'orders that go to Redis, and are read there again',
    projects: ['servers'],
    needs: [programs('redis-server')],
    files: ['test/workloads/ledger/redis.test.ts'],
  },
  postgres: {
    what: 'orders that go to PostgreSQL, and are read there again',
    projects: ['servers'],
    needs: [programs('postgres')],
    files: ['test/workloads/ledger/postgres.test.ts'],
  },
  'postgres-faults': {
    what: 'PostgreSQL stopped, killed, paused, cut off and slowed',
    projects: ['e2e'],
    needs: [RUNS, programs('postgres')],
    files: ['test/e2e/postgres.test.ts'],
  },
  'two-engines': {
    what: 'clusters on two engines',
    projects: ['containers'],
    needs: [...OWN_ENGINES, engine, programs('sshd', 'ssh')],
    files: ['test/e2e/docker-two-engines.test.ts'],
  },
  browser: {
    what: 'reports in a browser',
    projects: ['browser'],
    needs: [programs('chromium')],
    files: ['test/browser/**/*.test.ts'],
  },
} satisfies Record<string, Group>;

export type GroupName = keyof typeof GROUPS;
