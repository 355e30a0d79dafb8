import { availableParallelism } from 'node:os';
import { sleep } from '../support/deadline.ts';
import { defaulted, strictObject, Type, type Static } from '../support/schema.ts';
import { commonFaultFields, type Fault, type FaultContext } from './fault.ts';
import { pressure } from './powers.ts';
import { everyNodeOf } from './targets.ts';

const LOOK_MS = 500;
/** The servers and everybody else want their share too. */
const LEAST_SHARE = 0.25;

const schema = strictObject(
  {
    kind: Type.Literal('cpu-pressure'),
    workers: defaulted(
      Type.Integer({ minimum: 1, maximum: 64, description: 'How many processes do nothing but compute.' }),
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
  /** CPUs that they used while they were looked at: 1.5 is one and a half. */
  used: number;
  cpus: number;
};

export const cpuPressure: Fault<typeof schema, CpuPressureObservation> = {
  kind: 'cpu-pressure',
  summary: 'Lets other processes take CPU time beside the nodes',
  schema,
  requires: ['pressure'],
  title: ({ workers }: Options) => `CPU pressure by ${workers} ${workers === 1 ? 'process' : 'processes'}`,
  resolve: (ctx) => Promise.resolve(everyNodeOf(ctx)),
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
  const before = pressure(ctx).look(ctx.fault);
  const cpus = availableParallelism();
  if (before.workers === 0) return { workers: 0, used: 0, cpus };
  const from = performance.now();
  await sleep(LOOK_MS);
  const after = pressure(ctx).look(ctx.fault);
  const used = Math.max(0, after.usedMs - before.usedMs) / (performance.now() - from);
  return { workers: after.workers, used: Number(used.toFixed(2)), cpus };
}

function sentence({ workers, used, cpus }: CpuPressureObservation): string {
  return workers === 0
    ? 'no process of the runner takes CPU time'
    : `${workers} processes take ${used} of ${cpus} CPUs`;
}
