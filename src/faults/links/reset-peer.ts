import { defaulted, duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration } from '../../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { observeLinks } from './observe.ts';
import { betweenText, shaping } from './shaping.ts';

const DEADLINE_MS = 5_000;

const schema = strictObject(
  {
    kind: Type.Literal('reset-peer'),
    between: betweenField,
    delay: defaulted(
      {
        ...duration('How long after its first data a connection is reset; at most 1s.'),
        'x-maximum': '1s',
      } as ReturnType<typeof duration>,
      '0ms',
    ),
    ...commonFaultFields,
  },
  'Resets every connection between two sides (TCP RST) as soon as data flows; new ones may be opened all the while.',
);
type Options = Static<typeof schema>;

/** Link id → how a connection ended on which a server sends its greeting. */
type Observation = { [link: string]: { end: string; others: string[] } };

export const resetPeer: Fault<typeof schema, Observation> = {
  kind: 'reset-peer',
  summary: 'Resets connections as soon as data flows, while new ones may be opened',
  proof: 'A connection is opened through every link: it is reset once the server sends its greeting.',
  example: '{ kind: reset-peer, between: [qa1a, qa1b] }',
  schema,
  ...shaping<Options>(({ delay }) => ({ kind: 'reset-peer', afterMs: delay })),
  title: (options: Options) =>
    `reset of connections ${options.delay > 0 ? `${formatDuration(options.delay)} after their first data ` : ''}${betweenText(options)}`,
  observe: (ctx, target, { delay }) =>
    observeLinks(ctx, target.links, async ({ link, control, others }) => ({
      end: (await control.probe.greeting(link, delay + DEADLINE_MS)).end,
      others,
    })),
  vacuous: (before) =>
    Object.values(before).some(({ end }) => end === 'whole')
      ? null
      : 'no link between the two sides lets anything through',
  inForce: (before, now) => judge(before, now, 'reset', 'were reset once the server sent its greeting'),
  removed: (before, now) => judge(before, now, 'whole', 'let the server’s greeting through'),
};

function judge(before: Observation, now: Observation, wanted: string, what: string): Proof {
  const views = Object.entries(now).filter(
    ([link, { end, others }]) =>
      before[link]?.end === 'whole' && (end === 'whole' || end === 'reset' || others.length === 0),
  );
  const right = views.filter(([, { end }]) => end === wanted).length;
  return {
    proven: views.length > 0 && right === views.length,
    statement: `connections through ${right} of ${views.length} links ${what}`,
  };
}
