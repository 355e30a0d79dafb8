import { availableParallelism } from 'node:os';
import { sleep } from '../../support/deadline.ts';
import { defaulted, strictObject, Type, type Static } from '../../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext } from '../fault.ts';
import { pressure } from '../capabilities.ts';
import { allNodes } from '../targets.ts';

const OBSERVE_MS = 500;
/** The servers and other processes use CPU time too. */
const LEAST_SHARE = 0.25;

const schema = strictObject(
  {
    kind: Type.Literal('cpu-pressure'),
    workers: defaulted(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description: 'How many processes use the CPU without a pause.',
      }),
      2,
    ),
    ...commonFaultFields,
  },
  'Lets other processes take CPU time on the machine that all nodes run on; each takes up to one whole CPU.',
);
type Options = Static<typeof schema>;

/** A type alias, because an interface is not assignable to Json. */
export type CpuPressureObservation = {
  workers: number;
  /** CPUs that they used during the observation: 1.5 is one and a half. */
  used: number;
  cpus: number;
};

export const cpuPressure: Fault<typeof schema, CpuPressureObservation> = {
  kind: 'cpu-pressure',
  summary: 'Lets other processes take CPU time beside the nodes',
  proof:
    'The processes that compute are counted and their CPU time is read: all of them run, and they use at least a quarter of what they could.',
  example: '{ kind: cpu-pressure, workers: 2 }',
  schema,
  requires: ['pressure'],
  title: ({ workers }: Options) => `CPU pressure by ${workers} ${workers === 1 ? 'process' : 'processes'}`,
  resolve: (ctx) => Promise.resolve(allNodes(ctx)),
  observe,
  vacuous: () => null,
  undo: (_target, _options, { driver, fault }) => [{ driver, op: 'pressure.relieve', args: { mark: fault } }],
  inject: (ctx, _target, { workers }) => pressure(ctx).press(ctx.fault, { kind: 'cpu', workers }),
  inForce: (_before, now, { workers }) => ({
    proven: now.workers === workers && now.used >= LEAST_SHARE * Math.min(workers, now.cpus),
    statement: sentence(now),
  }),
  removed: (_before, now) => ({ proven: now.workers === 0, statement: sentence(now) }),
};

async function observe(ctx: FaultContext): Promise<CpuPressureObservation> {
  const before = pressure(ctx).observe(ctx.fault);
  const cpus = availableParallelism();
  if (before.workers === 0) return { workers: 0, used: 0, cpus };
  const from = performance.now();
  await sleep(OBSERVE_MS);
  const after = pressure(ctx).observe(ctx.fault);
  const used = Math.max(0, after.usedMs - before.usedMs) / (performance.now() - from);
  return { workers: after.workers, used: Number(used.toFixed(2)), cpus };
}

function sentence({ workers, used, cpus }: CpuPressureObservation): string {
  return workers === 0
    ? 'no process of the runner takes CPU time'
    : `${workers} processes take ${used} of ${cpus} CPUs`;
}
