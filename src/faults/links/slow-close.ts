import { duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration } from '../../support/units.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { betweenText, lengthening, shaping, type Timings } from './shaping.ts';

/** The close of our end is delayed on its way out, and the close of the other end on its way back. */
const LINK_DIRECTIONS = 2;
const DEADLINE_MS = 5_000;

const schema = strictObject(
  {
    kind: Type.Literal('slow-close'),
    between: betweenField,
    delay: {
      ...duration('How much later each end learns that the other has closed; 20ms to 10s.'),
      'x-minimum': '20ms',
      'x-maximum': '10s',
    } as ReturnType<typeof duration>,
    ...commonFaultFields,
  },
  'Keeps connections between two sides open for a while after one side has closed them.',
);
type Options = Static<typeof schema>;

export const slowClose: Fault<typeof schema, Timings> = {
  kind: 'slow-close',
  summary: 'Keeps connections open for a while after one side has closed them',
  proof:
    'A connection through every link is closed: the time until the other end has closed it too grows by twice the delay.',
  example: '{ kind: slow-close, between: [qa1a, qa1b], delay: 100ms }',
  schema,
  ...shaping<Options>(({ delay }) => ({ kind: 'slow-close', delayMs: delay })),
  ...lengthening<Options>({
    measure: (probe, link, { delay }) => probe.farewell(link, LINK_DIRECTIONS * delay + DEADLINE_MS),
    addedMs: ({ delay }) => LINK_DIRECTIONS * delay,
    what: () => 'from our close to theirs',
  }),
  title: (options: Options) => `slow close by ${formatDuration(options.delay)} ${betweenText(options)}`,
};
