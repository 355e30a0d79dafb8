import type { LinkPackets, PacketCount, Way } from '../drivers/driver.ts';
import { percentage, strictObject, Type, type Static } from '../support/schema.ts';
import type { Milliseconds, Ratio } from '../support/units.ts';
import { commonFaultFields, type Fault, type FaultContext, type FaultTarget, type Proof } from './fault.ts';
import { betweenField, directionField } from './fields.ts';
import { lookAt, type Look } from './link-look.ts';
import { wayOf } from './link-strike.ts';
import { packets } from './powers.ts';
import { betweenText } from './shaping.ts';
import { resolveLinks } from './targets.ts';

/** A connection takes about four packets each way. */
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
  'Has the kernel drop packets at random on every link between two sides. Needs root and iptables. Seen by what the kernel counts.',
);
type Options = Static<typeof schema>;

/** One link: what its rules have counted, and whether it answers. */
type LinkView = LinkPackets & { way: Way; tripMs: Milliseconds | null; others: string[] };

/** Link id → view. A type alias, because an interface is not assignable to Json. */
export type LossObservation = { [link: string]: LinkView };

export const packetLoss: Fault<typeof schema, LossObservation> = {
  kind: 'packet-loss',
  summary: 'Drops packets at random on every link between two sides',
  schema,
  requires: ['links', 'packets'],
  title: (options: Options) => `loss of ${percent(options.share)} of packets ${betweenText(options)}`,
  resolve: (ctx, { between, direction }) => Promise.resolve(resolveLinks(ctx, between, direction)),
  observe,
  vacuous: (before) =>
    Object.values(before).some(({ tripMs }) => tripMs !== null)
      ? null
      : 'no link between the two sides lets anything through',
  undo: (_target, _options, { driver, fault }) => [{ driver, op: 'packets.release', args: { fault } }],
  inject: (ctx, target, { share }) => {
    const ways = Object.fromEntries(target.links.map((link) => [link, wayOf(target, link)]));
    return packets(ctx).drop(ways, ctx.fault, share);
  },
  inForce: (before, now) => {
    const views = comparable(before, now, ({ out, back }) => seenIn(out) + seenIn(back) > 0);
    const losing = views.filter((view) => isLosing(view));
    return {
      proven: views.length > 0 && losing.length === views.length,
      statement: `${countText(views)}, some on each of ${losing.length} of ${views.length} links${views.every(({ way }) => way === 'both') ? ' both ways' : ' the way that is struck'}; connections of the runner were among them`,
    };
  },
  removed,
};

/** Packets have to pass for any to be dropped: the runner sends some wherever none has been lost yet. */
async function observe(ctx: FaultContext, target: FaultTarget, { share }: Options): Promise<LossObservation> {
  const earlier = await packets(ctx).look(target.links, ctx.fault);
  const connections = connectionsFor(share);
  const trips = await lookAt(ctx, target.links, async (look) => {
    const view = earlier[look.link];
    const struck = view !== undefined && (view.out ?? view.back) !== null;
    if (struck && !isLosing({ ...view, way: wayOf(target, look.link) })) await connect(look, connections);
    return { tripMs: await look.control.roundTrip(look.link, look.withinMs), others: look.others };
  });
  const counts = await packets(ctx).look(target.links, ctx.fault);
  return Object.fromEntries(
    target.links.map((link) => [
      link,
      {
        ...(counts[link] ?? { out: null, back: null }),
        way: wayOf(target, link),
        ...(trips[link] ?? { tripMs: null, others: [] }),
      },
    ]),
  );
}

/** So many that in most looks a packet is lost each way: few packets are lost, or few get far enough to be answered. */
function connectionsFor(share: Ratio): number {
  return Math.min(MAX_CONNECTIONS, Math.ceil(1 / (PACKETS_EACH * share * (1 - share))));
}

/** Each brings the server's greeting back; what is lost on the way is sent again, if there is time. */
async function connect({ control, link, withinMs }: Look, connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, () => control.probe.greeting(link, withinMs)));
}

function removed(before: LossObservation, now: LossObservation): Proof {
  const ruled = Object.values(now).filter(({ out, back }) => (out ?? back) !== null).length;
  const views = comparable(before, now, ({ tripMs }) => tripMs !== null);
  const passing = views.filter(({ tripMs }) => tripMs !== null).length;
  const rules =
    ruled === 0
      ? 'no rule of it is left in the kernel'
      : `the kernel has rules of it on ${ruled} links still`;
  return {
    proven: ruled === 0 && views.length > 0 && passing === views.length,
    statement: `${rules}; ${passing} of ${views.length} links let a round trip through`,
  };
}

/** Links that let something through before; one that another fault holds may show nothing, but not all of them. */
function comparable(
  before: LossObservation,
  now: LossObservation,
  shows: (view: LinkView) => boolean,
): LinkView[] {
  return Object.entries(now).flatMap(([link, view]) =>
    (before[link]?.tripMs ?? null) === null || (view.others.length > 0 && !shows(view)) ? [] : [view],
  );
}

/** Whether packets came by and some were dropped, on each way that is struck. */
function isLosing({ out, back, way }: LinkPackets & { way: Way }): boolean {
  const loses = (count: PacketCount | null): boolean => count !== null && count.seen > 0 && count.dropped > 0;
  return (way === 'back' || loses(out)) && (way === 'out' || loses(back));
}

function seenIn(count: PacketCount | null): number {
  return count?.seen ?? 0;
}

/** `the kernel has dropped 14 of 131 packets (10.7%)` */
function countText(views: readonly LinkView[]): string {
  const counts = views.flatMap(({ out, back }) => [out, back].filter((one) => one !== null));
  const seen = counts.reduce((sum, one) => sum + one.seen, 0);
  const dropped = counts.reduce((sum, one) => sum + one.dropped, 0);
  return `the kernel has dropped ${dropped} of ${seen} packets${seen === 0 ? '' : ` (${percent(dropped / seen)})`}`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))}%`;
}
