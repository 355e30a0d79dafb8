import { size, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatSize } from '../../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { observeLinks } from './observe.ts';
import { betweenText, shaping } from './shaping.ts';

/** A server keeps a connection with an unfinished line open for more than twice this, so waiting longer proves no more. */
const OPEN_MS = 500;
/** How much is sent beyond the limit. */
const ABOVE_BYTES = 1024;

const schema = strictObject(
  {
    kind: Type.Literal('limit-data'),
    between: betweenField,
    bytes: {
      ...size('What a connection may carry in each direction before it ends; 1KiB to 4MiB.'),
      examples: ['64KiB'],
      'x-minimum': '1KiB',
      'x-maximum': '4MiB',
    } as ReturnType<typeof size>,
    ...commonFaultFields,
  },
  'Ends every connection between two sides once it has carried a given number of bytes.',
);
type Options = Static<typeof schema>;

/** Link id → whether a connection stays open after half of the limit, and after more than all of it. */
type Observation = { [link: string]: { openBelow: boolean; openAbove: boolean; others: string[] } };

export const limitData: Fault<typeof schema, Observation> = {
  kind: 'limit-data',
  summary: 'Ends every connection between two sides once it has carried a given number of bytes',
  proof:
    'Connections through every link are filled: one stays open below the limit, and one that goes beyond it is ended.',
  example: '{ kind: limit-data, between: [qa1a, qa1b], bytes: 64KiB }',
  schema,
  ...shaping<Options>(({ bytes }) => ({ kind: 'limit-data', bytes })),
  title: (options: Options) =>
    `limit of ${formatSize(options.bytes)} for each connection ${betweenText(options)}`,
  observe: (ctx, target, { bytes }) =>
    observeLinks(ctx, target.links, async ({ link, control, others, withinMs }) => {
      const openMs = Math.min(withinMs, OPEN_MS);
      const [below, above] = await Promise.all([
        control.probe.push(link, Math.floor(bytes / 2), openMs, true),
        control.probe.push(link, bytes + ABOVE_BYTES, openMs, true),
      ]);
      return { openBelow: below === null, openAbove: above === null, others };
    }),
  vacuous: (before) =>
    Object.values(before).some((view) => view.openBelow && view.openAbove)
      ? null
      : 'no connection between the two sides stayed open even before the fault',
  inForce: (before, now, { bytes }) => judge(before, now, bytes, false),
  removed: (before, now, { bytes }) => judge(before, now, bytes, true),
};

function judge(before: Observation, now: Observation, bytes: number, openAbove: boolean): Proof {
  const views = Object.entries(now).filter(
    ([link, { openBelow, others }]) => before[link]?.openAbove === true && (openBelow || others.length === 0),
  );
  const right = views.filter(([, view]) => view.openBelow && view.openAbove === openAbove).length;
  return {
    proven: views.length > 0 && right === views.length,
    statement: `${right} of ${views.length} links carry ${formatSize(Math.floor(bytes / 2))} on one connection, and ${openAbove ? '' : 'end it before '}${formatSize(bytes + ABOVE_BYTES)}${openAbove ? ' too' : ''}`,
  };
}
