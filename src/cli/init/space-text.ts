import type { Dish } from './recipes.ts';
import { sizeOf, type Scene } from './scene.ts';
import { flow } from './yaml-text.ts';

/** Faults of a first space, as far as the environment and the machine allow them: those that few systems are tried with together. */
export const IN_SPACES: readonly string[] = [
  ...['kill', 'stop', 'pause', 'pause-kill', 'isolate', 'partition', 'latency', 'reset-peer'],
];

/** The lines of `explore`, in place of those of `method`. */
export function spaceLines(scene: Scene, dishes: readonly Dish[], recovery: string): string[] {
  const faults = dishes.map(({ fault, recipe }) => ({
    kind: fault.kind,
    ...recipe.fault,
    ...varied(scene, recipe.fault),
    for: '300ms..4s',
  }));
  const replicated = scene.replicas > 1 && sizeOf(scene) > 1;
  return [
    'explore: # what a run is drawn from: chaos explore, docs/explore.md',
    '  length: 8s',
    '  events: 2..6 # faults and actions of a run',
    '  kinds: 3 # of those below, at most, in one run',
    '  atOnce: 2',
    '  faults: # a field has a value, a list to draw from, or a range',
    ...faults.map((fault) => `    - ${flow(fault)}`),
    ...(replicated ? ['  actions:', `    - ${flow({ kind: 'step-down', stream: scene.stream })}`] : []),
    '  load: # what a run may have in place of what is declared above',
    '    workloads:',
    `      publish: ${flow({ rate: ['50/s', '500/s'], size: '64B..8KiB' })}`,
    `  recovery: ${recovery}`,
  ];
}

/** Any node of the cluster, too. */
function varied(scene: Scene, { nodes }: Record<string, unknown>): Record<string, unknown> {
  const [cluster = ''] = scene.stream.split('/');
  return typeof nodes === 'string' && sizeOf(scene) > 1 ? { nodes: [nodes, `${cluster}@any`] } : {};
}
