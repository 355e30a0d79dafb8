import { minorityOf } from '../../experiment/blast-radius.ts';
import type { Fault } from '../../faults/fault.ts';
import { text } from './environment-text.ts';
import type { Recipe } from './recipes.ts';
import { sizeOf, type Scene } from './scene.ts';
import { flow, line, scalar } from './yaml-text.ts';

/** What an experiment file says beside its scene. */
export interface NewExperiment {
  name: string;
  title: string;
  /** As the file refers to it: a name, or a path relative to the file. */
  environment: string;
  fault: Fault;
  recipe: Recipe;
  /** What editors check the file by: a path relative to it. */
  schema: string;
}

/** A mirror may take half a minute by itself before it asks its origin again, and sometimes more than two. */
const PATIENCE = { mirrored: { within: '4m', recovery: '3m' }, plain: { within: '2m', recovery: '60s' } };

/** The text of an experiment with one fault, which explains itself. */
export function experimentText(scene: Scene, made: NewExperiment): string {
  const { name, title, environment, fault, recipe, schema } = made;
  const receivers = receiversOf(scene);
  const patience = scene.mirrors.length > 0 ? PATIENCE.mirrored : PATIENCE.plain;
  const strike = flow({ kind: fault.kind, ...recipe.fault });
  const why = recipe.why ?? 'undone when its phase ends, and proven to be gone';
  // Of two nodes or one, a minority is nobody: that one may be down has to be said.
  const down = fault.takesNodesDown === true && minorityOf(sizeOf(scene)) === 0;
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
    'method: # phases, one after the other',
    '  - phase: baseline',
    '    for: 3s',
    `  - phase: ${scalar(fault.kind)}`,
    `    faults: [${strike}] # ${why}`,
    `    for: ${recipe.lasts ?? '5s'}`,
    '  - phase: recovery',
    ...(recipe.afterwards === undefined ? [] : [`    actions: [${flow(recipe.afterwards)}]`]),
    '    until: steady # the time it takes is the recovery time',
    `    within: ${patience.within}`,
    '',
    'checks: # over the whole history, once every workload has drained',
    ...checks(scene, receivers).map((check) => `  - ${flow(check)}`),
    '',
    'thresholds:',
    `  - ${flow({ metric: 'recovery-time', phase: 'recovery', max: patience.recovery })}`,
  ]);
}

/** The claim that experiments made here make. @param strike the fault in words; long where there are many nodes */
export function experimentTitle(scene: Scene, fault: Fault, strike: string): string {
  const words = strike.length <= LONGEST_STRIKE ? strike : fault.kind;
  const claim = receiversOf(scene).some(remembers) ? 'lost or repeated' : 'lost';
  return `Through ${words}, nothing that was acknowledged is ${claim}`;
}

const LONGEST_STRIKE = 200;

/** A workload that consumes, and how many servers hold what its consumer knows of acknowledgements. */
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

/** A server that is killed may forget acknowledgements which it has confirmed: one that is alone then delivers again. */
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
  // Nothing on order: a delivery that is lost on its way comes again after ackWait, behind those that were sent after it.
  return [
    { kind: 'no-loss', published: 'publish', ...names(receivers) },
    ...(sure.length === 0 ? [] : [{ kind: 'no-duplicates', ...names(sure) }]),
    ...scene.mirrors.map(({ stream }) => ({ kind: 'identical', streams: [scene.stream, stream] })),
  ];
}
