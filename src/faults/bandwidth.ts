import { size, strictObject, Type, type Static } from '../support/schema.ts';
import { formatSize, type Bytes, type Milliseconds } from '../support/units.ts';
import { commonFaultFields, type Fault } from './fault.ts';
import { betweenField } from './fields.ts';
import { betweenText, lengthening, shaping, type Timings } from './shaping.ts';

/** How long what is sent as a proof takes at the rate that is allowed. */
const PUSH_MS = 200;
const PATIENT_MS = 5_000;

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
  'Lets connections between two sides carry only so much a second.',
);
type Options = Static<typeof schema>;

export const bandwidth: Fault<typeof schema, Timings> = {
  kind: 'bandwidth',
  summary: 'Lets connections between two sides carry only so much a second',
  schema,
  ...shaping<Options>(({ perSecond }) => ({ kind: 'bandwidth', bytesPerSecond: perSecond })),
  ...lengthening<Options>({
    measure: (probe, link, options) => probe.push(link, bytesOf(options), PATIENT_MS),
    addedMs: expectedMs,
    what: whatIsSent,
  }),
  title: (options: Options) =>
    `bandwidth of ${formatSize(options.perSecond)} a second ${betweenText(options)}`,
};

function bytesOf({ perSecond }: Options): Bytes {
  return Math.round((perSecond * PUSH_MS) / 1000);
}

/** Proxies count in thousands of bytes, so the rate that they keep is the nearest of those. */
function expectedMs(options: Options): Milliseconds {
  const perMs = Math.round(options.perSecond / 1000);
  return bytesOf(options) / perMs;
}

function whatIsSent(options: Options): string {
  return `${formatSize(bytesOf(options))} towards the node that is dialled`;
}
