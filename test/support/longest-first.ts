import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take a minute or more, the longest first: one that begins last would keep everybody waiting. */
const LONG = [
  'conformance/process-actions',
  'conformance/process-driver',
  'conformance/process-links',
  'e2e/says-no',
  'e2e/shipped-on-processes',
  'e2e/findings',
  'e2e/schedules',
  'e2e/docs',
  'e2e/explore-planted-repeated',
  'e2e/explore-planted-delayed',
  'e2e/explore-planted-lost',
  'e2e/reduce',
  'e2e/interrupts',
  'e2e/unclean',
  'e2e/safety',
  'e2e/kill-nine',
  'e2e/bypassed',
  'e2e/guardian',
  'conformance/process-gateways',
  'e2e/shipped',
  'e2e/topologies',
  'e2e/server-crash-docker',
  'conformance/docker-driver',
  'e2e/docker-engine',
  'conformance/docker-actions',
];

/** Orders files so that those that run side by side end at about the same time. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
