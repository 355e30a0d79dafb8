import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import ClosingLineReporter from './test/support/closing-line-reporter.ts';
import FailedFilesReporter from './test/support/failed-files-reporter.ts';
import LongestFirst from './test/support/longest-first.ts';
import ProgressReporter from './test/support/progress-reporter.ts';
import { chooseGroups } from './test/support/surroundings/choose-groups.ts';
import { GROUPS, type Group } from './test/support/surroundings/groups.ts';
import { surveySurroundings } from './test/support/surroundings/survey.ts';

/** One run each of what must never break: `npm test` has these, `npm run test:all` the others too. */
const ESSENTIAL = ['says-no', 'interrupts', 'guardian', 'recover', 'kill-nine'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

const ON_CONTAINERS = [
  'test/conformance/docker-*.test.ts',
  'test/e2e/{docker,docker-*,*-docker,shipped,topologies}.test.ts',
];

/** They compare all that is on an engine before and after, and compose files name ports and subnets. */
const ALONE = ['test/e2e/{compose,attach-docker}.test.ts'];

/** Long, and of what few can run or seldom break: `npm test` leaves them to `npm run test:all`. */
const LATER = [
  'test/conformance/process-{gateways,root,actions-disk,tls,links-by-need}.test.ts',
  'test/nats/queue/outage.test.ts',
];

const SERVERS = ['test/conformance/**', 'test/workloads/**', 'test/nats/**', 'test/threads/**'];
const BROWSER = ['test/browser/**'];
const E2E = ['test/e2e/**'];

const { leftOut } = chooseGroups(await surveySurroundings(process.env));

const failedFiles = process.env['FAILED_FILES'];

/** A project without the files that cannot run here. */
function project(name: string, include: string[], exclude: string[], how: Record<string, unknown>): object {
  const groups = leftOut.map(({ group }) => GROUPS[group] as Group);
  const without = groups.flatMap(({ projects, files = [] }) => (projects.includes(name) ? files : []));
  const provide = { leftOut: leftOut.map(({ group }) => group) };
  return { test: { name, include, exclude: [...exclude, ...without], provide, ...how } };
}

const tests = (folder: string): string => `${folder}/*.test.ts`;

/** Real servers wait for one another more than they compute: three clusters of processes at once fit on two cores. */
const atOnce = (maxWorkers: number, groupOrder: number) => ({
  maxWorkers,
  testTimeout: 300_000,
  hookTimeout: 300_000,
  sequence: { groupOrder },
});

export default defineConfig({
  test: {
    reporters: [
      'default',
      ...(process.stdout.isTTY ? [] : [new ProgressReporter()]),
      new ClosingLineReporter(leftOut),
      ...(failedFiles === undefined ? [] : [new FailedFilesReporter(failedFiles)]),
    ],
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', ['test/**/*.test.ts'], [...SERVERS, ...E2E, ...BROWSER], {
        testTimeout: 60_000,
        maxWorkers: availableParallelism(),
        sequence: { groupOrder: 0 },
        // They keep nothing of one another, and to load the packages once for each of 200 files takes half of the time.
        isolate: false,
        setupFiles: ['test/support/property-seed.ts'],
      }),
      project('servers', SERVERS.map(tests), [...ON_CONTAINERS, ...LATER], atOnce(3, 1)),
      project('essential', ESSENTIAL, [], atOnce(3, 1)),
      project('e2e', [...E2E.map(tests), ...LATER], [...ESSENTIAL, ...ON_CONTAINERS, ...ALONE], atOnce(3, 1)),
      project('containers', ON_CONTAINERS, ALONE, atOnce(3, 2)),
      project('containers-alone', ALONE, [], atOnce(1, 3)),
      project('browser', BROWSER.map(tests), [], {
        testTimeout: 30_000,
        hookTimeout: 60_000,
        sequence: { groupOrder: 4 },
      }),
    ],
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
