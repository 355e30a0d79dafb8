import { processes } from '../../faults/capabilities.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { allHealthy, runningReplicas, servicesOf } from './replicas.ts';

const schema = strictObject(
  {
    kind: Type.Literal('scale'),
    service: address('service-name', 'The service.'),
    replicas: Type.Integer({
      minimum: 1,
      maximum: 32,
      description:
        'How many replicas run then: new ones get the next numbers, and those with the highest are ended.',
    }),
    within: defaulted(timeLimit('How long it may take until all of them are healthy.'), '60s'),
  },
  'Starts more replicas of a service, or ends some of them gracefully, while it works. The number of before comes back at the end of the method.',
);
type Options = Static<typeof schema>;

export const scale: Action<typeof schema> = {
  kind: 'scale',
  summary: 'Scales a service up or down; undone at the end of the method',
  proof:
    'Each replica that is to run is healthy by its health check, and the process of each other one has ended.',
  example: '{ kind: scale, service: api, replicas: 4 }',
  exampleEnvironment: 'services',
  schema,
  requires: ['services'],
  title: ({ service, replicas }: Options) => `scale ${service} to ${replicas}`,
  async perform(ctx, { service, replicas, within }) {
    const before = runningReplicas(ctx, service);
    if (before.length === replicas)
      throw new ChaosError('failed', `${service} has ${replicas} already: nothing would change`);
    const leaving = before.slice(replicas);
    demandNoFaultOn(ctx, leaving);
    ctx.undoLater(`scaling of ${service}`, {
      driver: ctx.driver.kind,
      op: 'services.scale-back',
      args: { service },
    });
    await servicesOf(ctx).scale(service, replicas);
    const now = runningReplicas(ctx, service);
    await allHealthy(ctx, now, within);
    await demandDown(ctx, leaving);
    const ended = leaving.length === 0 ? '' : `; ${leaving.join(', ')} ended`;
    return `${before.length} of ${service} ran before; ${now.length} are healthy now (${now.join(', ')})${ended}`;
  },
};

/** The undo of such a fault would start a replica that is not to run. */
function demandNoFaultOn({ isFree }: ActionContext, replicas: readonly string[]): void {
  const affected = replicas.filter((one) => isFree?.(one) === false);
  if (affected.length > 0)
    throw new ChaosError('failed', `${affected.join(', ')} cannot be ended while a fault has taken it down`);
}

async function demandDown(ctx: ActionContext, replicas: readonly string[]): Promise<void> {
  const states = await Promise.all(replicas.map((one) => processes(ctx).state(one)));
  const alive = replicas.filter((_, i) => states[i] !== 'down');
  if (alive.length > 0) throw new ChaosError('failed', `${alive.join(', ')} still runs`);
}
