import { defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import { formatDuration } from '../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from './fault.ts';
import { betweenField } from './fields.ts';
import { observeLinks, type LinkObservation } from './link-observation.ts';
import { linkControl } from './powers.ts';
import { resolveLinks, sideText } from './targets.ts';

const schema = strictObject(
  {
    kind: Type.Literal('latency'),
    between: betweenField,
    latency: duration('Delay added in each direction, so a round trip takes twice as much longer.'),
    jitter: defaulted(duration('The delay varies by up to this much, either way.'), '0ms'),
    ...commonFaultFields,
  },
  'Delays everything on every link between two sides.',
);
type Options = Static<typeof schema>;

export const latency: Fault<typeof schema, LinkObservation> = {
  kind: 'latency',
  summary: 'Delays everything on every link between two sides, with jitter',
  schema,
  requires: ['links'],
  title: (options: Options) =>
    `latency of ${formatDuration(options.latency)} ± ${formatDuration(options.jitter)} each way between ${sideText(options.between[0])} and ${sideText(options.between[1])}`,
  resolve: (ctx, options) => Promise.resolve(resolveLinks(ctx, options.between)),
  observe: observeLinks,
  vacuous: (before) => (before.passing === 0 ? 'no link between the two sides lets anything through' : null),
  undo: (target, _options, { driver }) => [{ driver, op: 'links.undelay', args: { links: target.links } }],
  inject: (ctx, target, options) => linkControl(ctx).delay(target.links, options.latency, options.jitter),
  inForce: (before, now, options) => {
    const added = 2 * Math.max(0, options.latency - options.jitter);
    // A busy machine makes round trips longer, never shorter: the whole delay must show, on top of most of what was.
    return compare(before, now, (was, is) => is >= added * 0.9 && is >= was + added * 0.25);
  },
  removed: (before, now, options) =>
    compare(before, now, (was, is) => is < was + Math.max(1, options.latency)),
};

function compare(
  before: LinkObservation,
  now: LinkObservation,
  holds: (was: number, is: number) => boolean,
): Proof {
  const pairs = Object.entries(now.roundTripMs).flatMap(([link, is]) => {
    const was = before.roundTripMs[link];
    return was === null || was === undefined ? [] : [{ was, is }];
  });
  const proven = pairs.length > 0 && pairs.every(({ was, is }) => is !== null && holds(was, is));
  const worst = (values: (number | null)[]): string =>
    `${Math.max(...values.map((value) => value ?? Number.POSITIVE_INFINITY)).toFixed(1)} ms`;
  const least = Math.min(...pairs.map(({ is }) => is ?? 0));
  return {
    proven,
    statement: `round trips on ${pairs.length} links: ${least.toFixed(1)} to ${worst(pairs.map(({ is }) => is))} (at most ${worst(pairs.map(({ was }) => was))} before)`,
  };
}
