import { size, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatSize, type Bytes, type Milliseconds } from '../../support/units.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { betweenText, lengthening, shaping, type Timings } from './shaping.ts';

/** How long it takes to send the proof's data at the allowed rate. */
const PUSH_MS = 200;
const DEADLINE_MS = 5_000;

const schema = strictObject(
  {
    kind: Type.Literal('bandwidth'),
    between: betweenField,
    perSecond: {
      ...size('The most that each connection carries a second in each direction; 1KiB to 5MiB.'),
      examples: ['100KiB'],
      'x-minimum': '1KiB',
      'x-maximum': '5MiB',
    } as ReturnType<typeof size>,
    ...commonFaultFields,
  },
  'Limits how much each connection between two sides carries in a second.',
);
type Options = Static<typeof schema>;

export const bandwidth: Fault<typeof schema, Timings> = {
  kind: 'bandwidth',
  summary: 'Limits how much each connection between two sides carries in a second',
  proof:
    'Data is sent through every link: it takes as long as the allowed rate asks for, and longer than before.',
  example: '{ kind: bandwidth, between: [qa1a, qa1b], perSecond: 100KiB }',
  schema,
  ...shaping<Options>(({ perSecond }) => ({ kind: 'bandwidth', bytesPerSecond: perSecond })),
  ...lengthening<Options>({
    measure: (probe, link, options) => probe.push(link, bytesOf(options), DEADLINE_MS),
    addedMs: expectedMs,
    what: whatIsSent,
  }),
  title: (options: Options) =>
    `bandwidth of ${formatSize(options.perSecond)} a second ${betweenText(options)}`,
};

function bytesOf({ perSecond }: Options): Bytes {
  return Math.round((perSecond * PUSH_MS) / 1000);
}

/** Proxies count in thousands of bytes, so they use the nearest rate that is a multiple of that. */
function expectedMs(options: Options): Milliseconds {
  const perMs = Math.round(options.perSecond / 1000);
  return bytesOf(options) / perMs;
}

function whatIsSent(options: Options): string {
  return `${formatSize(bytesOf(options))} towards the node that is dialled`;
}
