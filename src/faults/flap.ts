import { sleep } from '../support/deadline.ts';
import { duration, strictObject, Type, type Static } from '../support/schema.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from './fault.ts';
import { betweenField } from './fields.ts';
import { lookAt, type Look } from './link-look.ts';
import { linkControl } from './powers.ts';
import { betweenText, shaping } from './shaping.ts';

const LOOK_EVERY_MS = 10;
/** Proxies take their time to be turned on and off. */
const MARGIN_MS = 500;

const schema = strictObject(
  {
    kind: Type.Literal('flap'),
    between: betweenField,
    period: {
      ...duration('From one cut to the next; half of it the links pass. 200ms or more.'),
      'x-minimum': '200ms',
    } as ReturnType<typeof duration>,
    ...commonFaultFields,
  },
  'Cuts every link between two sides and heals it, over and over, for as long as the fault is in force.',
);
type Options = Static<typeof schema>;

/** Link id → what one look saw, which lasts longer than a period. */
type Observation = { [link: string]: { cut: boolean; passing: boolean; others: string[] } };

export const flap: Fault<typeof schema, Observation> = {
  kind: 'flap',
  summary: 'Cuts links and heals them, over and over',
  schema,
  ...shaping<Options>(() => ({ kind: 'cut' })),
  title: (options: Options) => `flapping ${betweenText(options)} every ${formatDuration(options.period)}`,
  inject: (ctx, target, { period }) => linkControl(ctx).flap(target.links, ctx.fault, period),
  observe: (ctx, target, { period }) => lookAt(ctx, target.links, (look) => watch(look, period)),
  vacuous: (before) =>
    Object.values(before).some((view) => view.passing && !view.cut)
      ? null
      : 'no link between the two sides passed all the time before',
  inForce: (before, now) =>
    judge(before, now, (view) => view.cut && view.passing, 'were seen cut and passing'),
  removed: (before, now) => judge(before, now, (view) => !view.cut, 'passed for more than a period'),
};

/** Looks until it has seen both, or for a little more than a period. */
async function watch({ link, control, others }: Look, period: Milliseconds): Promise<Observation[string]> {
  const seen = { cut: false, passing: false };
  const end = performance.now() + period + MARGIN_MS;
  while (performance.now() < end && !(seen.cut && seen.passing)) {
    if ((await control.roundTrip(link, period)) === null) seen.cut = true;
    else seen.passing = true;
    await sleep(LOOK_EVERY_MS);
  }
  return { ...seen, others };
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
