import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type } from '../../support/schema.ts';
import type { Probe } from '../probe.ts';
import { ask } from './ask.ts';
import { readText, textFields, textFlaws } from './text-reading.ts';

const fields = strictObject(
  {
    kind: Type.Literal('queue-share'),
    service: address('service', 'The service whose replicas share the work.'),
    port: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The port that is asked, by its name; left out: its only one.',
      }),
    ),
    from: defaulted(
      Type.String({
        pattern: '^/[^\\s]*$',
        'x-expected': 'a path that begins with "/"',
        description: 'What each replica is asked for by GET.',
      }),
      '/metrics',
    ),
    ...textFields('the body'),
    timeout: defaulted(timeLimit('How long an answer may take.'), '2s'),
  },
  'How evenly work is spread over the replicas of a service: how far the share of the one that is furthest off is from an even share, in percentage points.',
);

export const queueShare: Probe<typeof fields> = {
  kind: 'queue-share',
  summary: 'How far the work of one replica of a service is from an even share, in percentage points',
  proof:
    'A counter of each replica, over HTTP, as it stands: since its process began. 0 is an even share; with three replicas of which one does nothing it is 33.3. A replica that does not answer, and replicas that have done nothing at all, are no reading.',
  example: "{ kind: queue-share, service: api, matches: '^handled_total (.+)$', max: 10, within: 20s }",
  exampleEnvironment: 'services',
  unit: 'percentage points',
  reads: 'value',
  fields,
  target: ({ service, from, path, matches }) => `${service}${from} ${path ?? matches ?? ''}`,
  flaws: (options) => [...textFlaws(options), ...counterFlaws(options)],
  bounds: () => ({ min: 0, max: 100 }),
  async read(ctx, { service, port, from, path, matches, timeout }) {
    const replicas = (ctx.services?.list() ?? []).filter((one) => one.service === service);
    if (replicas.length < 2)
      throw new ChaosError(
        'invalid',
        `${service} has ${replicas.length} replicas, and work is shared by two or more`,
      );
    const how = { ...(path === undefined ? {} : { path }), ...(matches === undefined ? {} : { matches }) };
    const counts = await Promise.all(
      replicas.map(async ({ address: own, ports }) => {
        const at = port === undefined ? Object.values(ports)[0] : ports[port];
        if (at === undefined) throw new ChaosError('invalid', `${own} has no port ${port ?? ''}`);
        const { status, text } = await ask({ url: `http://${at}${from}`, timeoutMs: timeout }, ctx.signal);
        if (status > 299) throw new ChaosError('failed', `${own} answers with status ${status}`);
        const { value } = readText(text, how, `what ${own} answers`) ?? {};
        if (value === undefined) throw new ChaosError('failed', `${own} answers with no number`);
        return [own, value] as const;
      }),
    );
    const all = counts.reduce((sum, [, value]) => sum + value, 0);
    if (all <= 0) throw new ChaosError('failed', `no replica of ${service} has done anything`);
    const even = 1 / counts.length;
    const off = Math.max(...counts.map(([, value]) => Math.abs(value / all - even)));
    return { value: Math.round(off * 1000) / 10 };
  },
};

function counterFlaws({ path, matches }: Readonly<Record<string, unknown>>) {
  if (path !== undefined || matches !== undefined) return [];
  return [{ field: 'matches', text: 'expected where the counter is: `matches` or `path`' }];
}
