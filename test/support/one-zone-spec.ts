import type { EnvironmentSpec } from '../../src/drivers/spec.ts';
import { dualMirrorSpec } from './dual-mirror-spec.ts';

/** One zone of three nodes, and what it needs of nobody else. */
export function oneZoneSpec(): EnvironmentSpec {
  const spec = dualMirrorSpec();
  return {
    ...spec,
    clusters: spec.clusters.filter(({ name }) => name === 'qa1a'),
    links: [],
    streams: spec.streams.filter(({ cluster, mirror }) => cluster === 'qa1a' && mirror === undefined),
    consumers: [],
  };
}
