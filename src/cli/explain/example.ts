import type { ExplainedKind } from './kinds.ts';

/** An item in its place in an experiment, as YAML. */
export function exampleInPlace({ room, kind, example }: ExplainedKind): string {
  switch (room) {
    case 'fault':
      return `method:\n  - phase: fault\n    faults:\n      - ${example}\n    for: 10s`;
    case 'action':
      return `method:\n  - phase: step\n    actions:\n${listed(example)}\n    for: 10s`;
    case 'probe':
      return `steadyState:\n  - ${example}`;
    case 'workload':
      return `workloads:\n  ${kind}: ${example}`;
    case 'check':
      return `checks:\n  - ${example}`;
    case 'threshold':
      return `thresholds:\n  - ${example}`;
  }
}

/** An action may need another action before it. */
function listed(example: string): string {
  return example
    .split('\n')
    .map((item) => `      - ${item}`)
    .join('\n');
}
