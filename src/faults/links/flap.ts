import { sleep } from '../../support/deadline.ts';
import { duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { observeLinks, type LinkObservationOptions } from './observe.ts';
import { linkControl } from '../capabilities.ts';
import { betweenText, shaping } from './shaping.ts';

const OBSERVE_EVERY_MS = 10;
/** It takes proxies some time to turn on and off. */
const MARGIN_MS = 500;

const schema = strictObject(
  {
    kind: Type.Literal('flap'),
    between: betweenField,
    period: {
      ...duration('From one cut to the next; the links pass for half of it. 200ms or more.'),
      'x-minimum': '200ms',
    } as ReturnType<typeof duration>,
    ...commonFaultFields,
  },
  'Cuts every link between two sides and heals it, over and over, for as long as the fault is in force.',
);
type Options = Static<typeof schema>;

/** Link id → what was observed in a time longer than one period. */
type Observation = { [link: string]: { cut: boolean; passing: boolean; others: string[] } };

export const flap: Fault<typeof schema, Observation> = {
  kind: 'flap',
  summary: 'Cuts links and heals them, over and over',
  proof:
    'Every link is tried again and again for a little more than one period: it is observed cut, and observed passing.',
  example: '{ kind: flap, between: [qa1a, qa1b], period: 1s }',
  schema,
  ...shaping<Options>(() => ({ kind: 'cut' })),
  title: (options: Options) => `flapping ${betweenText(options)} every ${formatDuration(options.period)}`,
  inject: (ctx, target, { period }) => linkControl(ctx).flap(target.links, ctx.fault, period),
  observe: (ctx, target, { period }) => observeLinks(ctx, target.links, (options) => watch(options, period)),
  vacuous: (before) =>
    Object.values(before).some((view) => view.passing && !view.cut)
      ? null
      : 'no link between the two sides passed all the time before',
  inForce: (before, now) =>
    judge(before, now, (view) => view.cut && view.passing, 'were observed cut and passing'),
  removed: (before, now) => judge(before, now, (view) => !view.cut, 'passed for more than a period'),
};

/** Observes until both states were there, or for a little more than a period. */
async function watch(
  { link, control, others }: LinkObservationOptions,
  period: Milliseconds,
): Promise<Observation[string]> {
  const observed = { cut: false, passing: false };
  const end = performance.now() + period + MARGIN_MS;
  while (performance.now() < end && !(observed.cut && observed.passing)) {
    if ((await control.roundTrip(link, period)) === null) observed.cut = true;
    else observed.passing = true;
    await sleep(OBSERVE_EVERY_MS);
  }
  return { ...observed, others };
}

function judge(
  before: Observation,
  now: Observation,
  holds: (view: Observation[string]) => boolean,
  what: string,
): Proof {
  const views = Object.entries(now).filter(
    ([link, { passing, others }]) => before[link]?.cut === false && (passing || others.length === 0),
  );
  const right = views.filter(([, view]) => holds(view)).length;
  return {
    proven: views.length > 0 && right === views.length,
    statement: `${right} of ${views.length} links ${what}`,
  };
}
