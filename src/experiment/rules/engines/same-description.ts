import { dockerEnginesOf, type DockerEngine } from '../../resolve/docker-engines.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const sameEngineDescription: EnvironmentRule = {
  name: 'engines/same-description',
  demand: 'Clusters on the same engine describe it in the same way.',
  check({ value, complaints }) {
    const first = new Map<string | undefined, DockerEngine>();
    for (const engine of dockerEnginesOf(value)) {
      const other = first.get(engine.host);
      if (!other) {
        first.set(engine.host, engine);
        continue;
      }
      for (const key of ['certPath', 'address'] as const) {
        if (engine[key] === other[key]) continue;
        complaints.error(
          engine[key] === undefined ? child('/clusters', engine.cluster) : `${engine.pointer}/${key}`,
          `${other.cluster} is on the same Docker engine, with ${other[key] === undefined ? 'no' : `"${other[key]}" as`} ${key}; expected the same`,
          'key',
        );
      }
    }
  },
};
