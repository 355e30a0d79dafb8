import type { LinkPackets, PacketCount, LinkDirection } from '../../drivers/driver.ts';
import { percentage, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatPercentage, type Milliseconds, type Ratio } from '../../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget, type Proof } from '../fault.ts';
import { betweenField, directionField } from '../fields.ts';
import { observeLinks, type LinkObservationOptions } from './observe.ts';
import { directionOf } from './inject.ts';
import { linksBetween } from '../may-touch.ts';
import { packets } from '../capabilities.ts';
import { betweenText } from './shaping.ts';
import { resolveLinks } from '../targets.ts';

/** A connection takes about four packets in each direction. */
const PACKETS_EACH = 4;
const MAX_CONNECTIONS = 25;

const schema = strictObject(
  {
    kind: Type.Literal('packet-loss'),
    between: betweenField,
    share: {
      ...percentage('How many of the packets are dropped, each by chance; 1% to 90%.'),
      examples: ['10%'],
      'x-minimum': '1%',
      'x-maximum': '90%',
    } as ReturnType<typeof percentage>,
    direction: directionField,
    ...commonFaultFields,
  },
  'Has the kernel drop packets at random on every link between two sides. Needs root and iptables. Observed by the counters of the kernel.',
);
type Options = Static<typeof schema>;

/** One link: what its rules have counted, and whether it answers. */
type LinkView = LinkPackets & { direction: LinkDirection; tripMs: Milliseconds | null; others: string[] };

/** Link id → view. A type alias, because an interface is not assignable to Json. */
export type LossObservation = { [link: string]: LinkView };

export const packetLoss: Fault<typeof schema, LossObservation> = {
  kind: 'packet-loss',
  summary: 'Drops packets at random on every link between two sides',
  proof:
    "The kernel counts the packets of every link, those of the runner's own connections among them: some of them were dropped in each affected direction.",
  example: '{ kind: packet-loss, between: [qa1a, qa1b], share: 5% }',
  schema,
  requires: ['links', 'packets'],
  title: (options: Options) =>
    `loss of ${formatPercentage(options.share)} of packets ${betweenText(options)}`,
  mayTouch: linksBetween,
  resolve: (ctx, { between, direction }) => Promise.resolve(resolveLinks(ctx, between, direction)),
  observe,
  vacuous: (before) =>
    Object.values(before).some(({ tripMs }) => tripMs !== null)
      ? null
      : 'no link between the two sides lets anything through',
  undo: (_target, _options, { driver, fault }) => [{ driver, op: 'packets.release', args: { fault } }],
  inject: (ctx, target, { share }) => {
    const directions = Object.fromEntries(target.links.map((link) => [link, directionOf(target, link)]));
    return packets(ctx).drop(directions, ctx.fault, share);
  },
  inForce: (before, now) => {
    const views = comparable(before, now, ({ out, back }) => packetCount(out) + packetCount(back) > 0);
    const losing = views.filter((view) => isLosing(view));
    return {
      proven: views.length > 0 && losing.length === views.length,
      statement: `${countText(views)}, some on each of ${losing.length} of ${views.length} links${views.every(({ direction }) => direction === 'both') ? ' both ways' : ' in the affected direction'}; connections of the runner were among them`,
    };
  },
  removed,
};

/** Only packets that pass can be dropped, so the runner sends some over each link that has lost none yet. */
async function observe(ctx: FaultContext, target: FaultTarget, { share }: Options): Promise<LossObservation> {
  const earlier = await packets(ctx).observe(target.links, ctx.fault);
  const connections = connectionsFor(share);
  const trips = await observeLinks(ctx, target.links, async (options) => {
    const view = earlier[options.link];
    const injected = view !== undefined && (view.out ?? view.back) !== null;
    if (injected && !isLosing({ ...view, direction: directionOf(target, options.link) }))
      await connect(options, connections);
    return {
      tripMs: await options.control.roundTrip(options.link, options.withinMs),
      others: options.others,
    };
  });
  const counts = await packets(ctx).observe(target.links, ctx.fault);
  return Object.fromEntries(
    target.links.map((link) => [
      link,
      {
        ...(counts[link] ?? { out: null, back: null }),
        direction: directionOf(target, link),
        ...(trips[link] ?? { tripMs: null, others: [] }),
      },
    ]),
  );
}

/** Enough that most observations lose a packet in each direction; a very low or very high share needs more. */
function connectionsFor(share: Ratio): number {
  return Math.min(MAX_CONNECTIONS, Math.ceil(1 / (PACKETS_EACH * share * (1 - share))));
}

/** Each reads the server's greeting; lost packets are sent again, if there is time. */
async function connect(
  { control, link, withinMs }: LinkObservationOptions,
  connections: number,
): Promise<void> {
  await Promise.all(Array.from({ length: connections }, () => control.probe.greeting(link, withinMs)));
}

function removed(before: LossObservation, now: LossObservation): Proof {
  const ruled = Object.values(now).filter(({ out, back }) => (out ?? back) !== null).length;
  const views = comparable(before, now, ({ tripMs }) => tripMs !== null);
  const passing = views.filter(({ tripMs }) => tripMs !== null).length;
  const rules =
    ruled === 0
      ? 'none of its rules is left in the kernel'
      : `the kernel still has its rules on ${ruled} links`;
  return {
    proven: ruled === 0 && views.length > 0 && passing === views.length,
    statement: `${rules}; ${passing} of ${views.length} links let a round trip through`,
  };
}

/** Links that passed before. A link with another fault on it may show nothing, but not all links may. */
function comparable(
  before: LossObservation,
  now: LossObservation,
  shows: (view: LinkView) => boolean,
): LinkView[] {
  return Object.entries(now).flatMap(([link, view]) =>
    (before[link]?.tripMs ?? null) === null || (view.others.length > 0 && !shows(view)) ? [] : [view],
  );
}

/** Whether packets came by and some were dropped, in each affected direction. */
function isLosing({ out, back, direction }: LinkPackets & { direction: LinkDirection }): boolean {
  const loses = (count: PacketCount | null): boolean => count !== null && count.seen > 0 && count.dropped > 0;
  return (direction === 'back' || loses(out)) && (direction === 'out' || loses(back));
}

function packetCount(count: PacketCount | null): number {
  return count?.seen ?? 0;
}

/** `the kernel has dropped 14 of 131 packets (10.7%)` */
function countText(views: readonly LinkView[]): string {
  const counts = views.flatMap(({ out, back }) => [out, back].filter((one) => one !== null));
  const seen = counts.reduce((sum, one) => sum + one.seen, 0);
  const dropped = counts.reduce((sum, one) => sum + one.dropped, 0);
  return `the kernel has dropped ${dropped} of ${seen} packets${seen === 0 ? '' : ` (${formatPercentage(dropped / seen)})`}`;
}
