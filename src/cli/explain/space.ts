import { withoutReferences } from '../../experiment/schema/definitions.ts';
import { publishedSchemas } from '../../experiment/schema/published.ts';
import { fieldsOf, type Field } from './fields.ts';

/** `explore` of an experiment: what `chaos explore` draws runs from. */
export interface ExplainedSpace {
  room: 'space';
  kind: 'explore';
  summary: string;
  description: string;
  fields: Field[];
  example: string;
  /** What counts as a finding. */
  proof: string;
  requires: readonly never[];
}

/** With addresses of the environment dual-mirror. */
const EXAMPLE = `explore:
  length: 8s
  events: 2..6
  faults:
    - { kind: kill, nodes: [qa1a/qa@leader, qa1a@any], for: 300ms..3s }
    - { kind: partition, between: [qa1a, qa1b], mode: [reset, blackhole], for: 500ms..5s }
  actions:
    - { kind: scale-replicas, stream: qa1a/qa, replicas: [1, 3], within: 10s }
  load:
    workloads:
      publish: { rate: [50/s, 1000/s], size: 64B..16KiB, publishers: 1..4 }`;

export function explainedSpace(): ExplainedSpace {
  const explore = withoutReferences(publishedSchemas.experiment).properties?.['explore'] ?? {};
  return {
    room: 'space',
    kind: 'explore',
    summary: 'A space of schedules in place of a method, which chaos explore draws runs from',
    description:
      'A field of a fault or an action has a value, a list to draw from, or a range. A run draws a few of the faults and actions, their times and values, and some of the load. Every run is an experiment file, which chaos run repeats.',
    fields: fieldsOf(explore),
    example: EXAMPLE,
    proof:
      'A run that fails, a server that ends by itself, and a steady state that does not come back are findings; those that failed alike are one. Runs without a conclusive verdict are counted apart.',
    requires: [],
  };
}
