import { processes } from '../../faults/capabilities.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { allHealthy, runningReplicas, servicesOf } from './replicas.ts';

const words = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ description: 'The program or an argument; may have placeholders.' }), {
      minItems: 1,
      description,
    }),
  );

const schema = strictObject(
  {
    kind: Type.Literal('rolling-update'),
    service: address('service-name', 'The service.'),
    env: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string', description: 'The value; may have placeholders.' },
        propertyNames: {
          pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
          'x-expected': 'a name of letters, digits and "_"',
        },
        examples: [{ VERSION: '2' }],
        description: 'Environment variables that it gets, beside those that it has; left out: the same.',
      }),
    ),
    command: words('As a process: another program and its arguments; left out: the same.'),
    image: Type.Optional(
      Type.String({
        pattern: '^[^\\s]+$',
        'x-expected': 'the name of an image',
        examples: ['shop/api:2'],
        description:
          'As a container: another image, pulled before the first replica is stopped; left out: the same.',
      }),
    ),
    imageCommand: words('As a container: what the image is given; left out: the same.'),
    within: defaulted(timeLimit('How long each replica may take to be healthy again.'), '60s'),
  },
  'Restarts the replicas of a service, one after the other, each healthy before the next, with other variables, another program or another image. With none of these it is a rolling restart. Replicas that are added later are like the updated ones.',
);
type Options = Static<typeof schema>;
type Change = { [K in 'env' | 'command' | 'image' | 'imageCommand']?: Options[K] | undefined };

export const rollingUpdate: Action<typeof schema> = {
  kind: 'rolling-update',
  summary: 'Restarts a service replica by replica, with another build or other variables',
  proof:
    'Each replica is another process than before, started with the change, and healthy by its health check before the next one is stopped.',
  example: "{ kind: rolling-update, service: api, env: { NAME: 'api-${replica} (2)' } }",
  exampleEnvironment: 'services',
  schema,
  requires: ['services'],
  title: (options: Options) => `rolling update of ${options.service}${changeText(options)}`,
  async perform(ctx, { service, env, command, image, imageCommand, within }) {
    const services = servicesOf(ctx);
    const replicas = runningReplicas(ctx, service);
    const isContainer = ctx.driver.kind === 'docker';
    // Before any replica is stopped, as it may take a while.
    if (isContainer && image !== undefined) await services.obtain(image);
    const change = {
      ...(env && { env }),
      ...(command && { command }),
      ...(image === undefined ? {} : { image }),
      ...(imageCommand && { imageCommand }),
    };
    for (const one of replicas) {
      const before = await incarnation(ctx, one);
      await services.update(one, change);
      await allHealthy(ctx, [one], within);
      if ((await incarnation(ctx, one)) === before)
        throw new ChaosError('failed', `${one} is still the process of before: it was not restarted`);
    }
    return `${replicas.join(', ')}: each is a new process${changeText({ env, command, image, imageCommand })}, and was healthy before the next was stopped`;
  },
};

async function incarnation(ctx: ActionContext, replica: string): Promise<string> {
  const now = await processes(ctx).incarnation(replica);
  if (now === null) throw new ChaosError('failed', `${replica} does not run`);
  return now;
}

function changeText({ env, command, image, imageCommand }: Change): string {
  const parts = [
    ...Object.keys(env ?? {}).map((name) => `another ${name}`),
    ...(command ? [`\`${command.join(' ')}\``] : []),
    ...(image === undefined ? [] : [image]),
    ...(imageCommand ? [`\`${imageCommand.join(' ')}\``] : []),
  ];
  return parts.length === 0 ? '' : ` with ${parts.join(', ')}`;
}
