import { size, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatSize } from '../../support/units.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { pressure } from '../capabilities.ts';
import { allNodes } from '../targets.ts';

/** The resident size is not exactly what the process was asked to hold. */
const LEAST_SHARE = 0.95;

const schema = strictObject(
  {
    kind: Type.Literal('memory-pressure'),
    size: {
      ...size('How much memory is taken; at most half of what is free when it is injected.'),
      'x-minimum': '1MiB',
    } as ReturnType<typeof size>,
    ...commonFaultFields,
  },
  'Lets another process hold memory, and write to it again and again, on the machine that all nodes run on.',
);
type Options = Static<typeof schema>;

/** A type alias, because an interface is not assignable to Json. */
export type MemoryPressureObservation = { workers: number; residentBytes: number };

export const memoryPressure: Fault<typeof schema, MemoryPressureObservation> = {
  kind: 'memory-pressure',
  summary: 'Lets another process hold memory beside the nodes',
  proof: 'The resident memory of the process that holds memory is read: it is as much as was asked for.',
  example: '{ kind: memory-pressure, size: 64MiB }',
  schema,
  requires: ['pressure'],
  title: (options: Options) => `memory pressure by ${formatSize(options.size)}`,
  resolve: (ctx) => Promise.resolve(allNodes(ctx)),
  observe: (ctx) => {
    const { workers, residentBytes } = pressure(ctx).observe(ctx.fault);
    return Promise.resolve({ workers, residentBytes });
  },
  vacuous: () => null,
  undo: (_target, _options, { driver, fault }) => [{ driver, op: 'pressure.relieve', args: { mark: fault } }],
  inject: (ctx, _target, options) =>
    pressure(ctx).press(ctx.fault, { kind: 'memory', sizeBytes: options.size }),
  inForce: (_before, now, options) => ({
    proven: now.workers === 1 && now.residentBytes >= LEAST_SHARE * options.size,
    statement: sentence(now),
  }),
  removed: (_before, now) => ({ proven: now.workers === 0, statement: sentence(now) }),
};

function sentence({ workers, residentBytes }: MemoryPressureObservation): string {
  return workers === 0
    ? 'no process of the runner holds memory'
    : `a process of the runner has ${formatSize(residentBytes)} in memory`;
}
