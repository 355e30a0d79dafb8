import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { dualMirrorSpec } from '../support/dual-mirror-spec.ts';
import { diskActionSuite } from './action-suite-disk.ts';

/** One zone, and what it needs of nobody else. */
function oneZone(): EnvironmentSpec {
  const spec = dualMirrorSpec();
  return {
    ...spec,
    clusters: spec.clusters.filter(({ name }) => name === 'qa1a'),
    links: [],
    streams: spec.streams.filter(({ cluster, mirror }) => cluster === 'qa1a' && mirror === undefined),
    consumers: [],
  };
}

diskActionSuite('process', { create: (ctx) => new ProcessDriver(ctx), spec: oneZone });
