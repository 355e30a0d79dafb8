import { minorityOf } from '../../experiment/resolve/blast-radius.ts';
import type { Fault } from '../../faults/fault.ts';
import { text } from './environment-text.ts';
import type { Dish, Recipe } from './recipes.ts';
import { spaceLines } from './space-text.ts';
import { sizeOf, type Scene } from './scene.ts';
import { flow, line, scalar } from './yaml-text.ts';

/** What an experiment file says besides its scene. */
export interface NewExperiment {
  name: string;
  title: string;
  /** The environment as the file refers to it: a name, or a path relative to the file. */
  environment: string;
  fault: Fault;
  recipe: Recipe;
  /** Faults to draw from, in place of the one. */
  space?: readonly Dish[] | undefined;
  /** The schema that editors check the file with: a path relative to the file. */
  schema: string;
}

/** A mirror may need half a minute before it asks its origin again, and sometimes more than two. */
const TIME_LIMITS = { mirrored: { within: '4m', recovery: '3m' }, plain: { within: '2m', recovery: '60s' } };

/** The text of an experiment with one fault, with comments that explain it. */
export function experimentText(scene: Scene, made: NewExperiment): string {
  const { name, title, environment, fault, recipe, space, schema } = made;
  const receivers = receiversOf(scene);
  const limits = scene.mirrors.length > 0 ? TIME_LIMITS.mirrored : TIME_LIMITS.plain;
  // In a cluster of one or two nodes a minority is empty, so the experiment must allow that this node is down.
  const all = space?.map((dish) => dish.fault) ?? [fault];
  const down = all.some(({ takesNodesDown }) => takesNodesDown === true) && minorityOf(sizeOf(scene)) === 0;
  return text([
    `# yaml-language-server: $schema=${schema}`,
    '#',
    '# An experiment makes one claim, and tests it. `chaos plan` shows what it would do; `chaos list` shows which other',
    '# faults, actions, probes and checks there are.',
    `name: ${scalar(name)}`,
    `title: ${line(title)}`,
    `environment: ${scalar(environment)}`,
    ...(down ? ['maxNodesDown: 1 # more than a minority of so small a cluster'] : []),
    '',
    'workloads: # what uses NATS, from before the steady state is tested to the end',
    `  publish: ${flow({ kind: 'publish', stream: scene.stream, subject: scene.subject, rate: '100/s', size: '256B' })}`,
    ...receivers.map(({ workload, consumer }) => `  ${workload}: ${flow({ kind: 'consume', consumer })}`),
    '',
    'steadyState: # must hold before the method begins, and again at its end',
    ...steadyState(scene).map((condition) => `  - ${flow(condition)}`),
    '',
    'probes: # judged by nobody: they are lanes in the report',
    ...[scene.stream, ...scene.mirrors.map(({ stream }) => stream)].map(
      (stream) => `  - ${flow({ kind: 'stream-leader', stream })}`,
    ),
    '',
    ...(space === undefined
      ? methodLines(fault, recipe, limits.within)
      : spaceLines(scene, space, limits.recovery)),
    '',
    'checks: # over the whole history, once every workload has drained',
    ...checks(scene, receivers).map((check) => `  - ${flow(check)}`),
    '',
    'thresholds:',
    '  # allowNeverLost: met as well where the steady state was never seen lost; without it such a run is inconclusive',
    `  - ${flow({ metric: 'recovery-time', phase: 'recovery', max: limits.recovery, allowNeverLost: true })}`,
  ]);
}

function methodLines(fault: Fault, recipe: Recipe, within: string): string[] {
  const injection = flow({ kind: fault.kind, ...recipe.fault });
  const why = recipe.why ?? 'undone when its phase ends, and proven to be removed';
  return [
    'method: # phases, one after the other',
    '  - phase: baseline',
    '    for: 3s',
    `  - phase: ${scalar(fault.kind)}`,
    `    faults: [${injection}] # ${why}`,
    `    for: ${recipe.lasts ?? '5s'}`,
    '  - phase: recovery',
    ...(recipe.afterwards === undefined ? [] : [`    actions: [${flow(recipe.afterwards)}]`]),
    '    until: steady # the time it takes is the recovery time',
    `    within: ${within}`,
  ];
}

/** The claim of experiments made here. @param effect the fault in words; long when there are many nodes */
export function experimentTitle(scene: Scene, fault: Fault, injection: string): string {
  const words = injection.length <= LONGEST_INJECTION ? injection : fault.kind;
  const claim = receiversOf(scene).some(remembers) ? 'lost or repeated' : 'lost';
  return `Through ${words}, nothing that was acknowledged is ${claim}`;
}

const LONGEST_INJECTION = 200;

/** A workload that consumes, and how many servers hold the state of its consumer's acknowledgements. */
interface Receiver {
  workload: string;
  consumer: string;
  replicas: number;
}

function receiversOf(scene: Scene): Receiver[] {
  const mirrored = scene.mirrors.map(({ consumer, replicas }, i) => ({
    workload: scene.mirrors.length === 1 ? 'consume-mirror' : `consume-mirror-${i + 1}`,
    consumer,
    replicas,
  }));
  const { consumer, replicas } = scene;
  return [{ workload: 'consume', consumer, replicas }, ...mirrored].flatMap((receiver) =>
    receiver.consumer === null ? [] : [{ ...receiver, consumer: receiver.consumer }],
  );
}

/**
 * A killed server may forget acknowledgements that it has confirmed: if no other server holds them, it delivers again.
 */
function remembers({ replicas }: Receiver): boolean {
  return replicas > 1;
}

function steadyState(scene: Scene): object[] {
  const servers = scene.clusters.map(({ name, nodes }) => ({
    kind: 'server-healthy',
    servers: name,
    equals: nodes.length,
    within: '60s',
  }));
  const mirrors = scene.mirrors.flatMap(({ stream }) => [
    { kind: 'mirror-state', stream, is: 'connected', within: '60s' },
    { kind: 'mirror-lag', stream, max: 100, within: '60s' },
  ]);
  return [
    ...servers,
    { kind: 'replicas-current', stream: scene.stream, equals: scene.replicas, within: '60s' },
    ...mirrors,
  ];
}

function checks(scene: Scene, receivers: readonly Receiver[]): object[] {
  const names = (some: readonly Receiver[]): object =>
    some.length === 0 ? {} : { received: some.map(({ workload }) => workload) };
  const sure = receivers.filter(remembers);
  // No ordering check: a delivery that is lost on the way comes again after ackWait, behind later messages.
  return [
    { kind: 'no-loss', published: 'publish', ...names(receivers) },
    ...(sure.length === 0 ? [] : [{ kind: 'no-duplicates', ...names(sure) }]),
    ...scene.mirrors.map(({ stream }) => ({ kind: 'identical', streams: [scene.stream, stream] })),
  ];
}
