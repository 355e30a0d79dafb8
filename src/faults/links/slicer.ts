import { defaulted, duration, size, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration, formatSize } from '../../support/units.ts';
import { commonFaultFields, type Fault } from '../fault.ts';
import { betweenField } from '../fields.ts';
import { observeLinks } from './observe.ts';
import { betweenText, shaping } from './shaping.ts';

/** Pieces that arrive while our process is busy look like one, so the largest count of several observations is used. */
const OBSERVATIONS = 3;
const DEADLINE_MS = 5_000;

const schema = strictObject(
  {
    kind: Type.Literal('slicer'),
    between: betweenField,
    size: {
      ...size(
        'Size of the pieces on average; 16B to 128B, so that even the shortest messages of servers are cut.',
      ),
      examples: ['64B'],
      'x-minimum': '16B',
      'x-maximum': '128B',
    } as ReturnType<typeof size>,
    variation: defaulted(
      { ...size('The size varies by up to this much; at most half of it.'), examples: ['16B'] } as ReturnType<
        typeof size
      >,
      '0B',
    ),
    pause: defaulted(
      {
        ...duration('Pause after each piece; 5ms to 1s.'),
        examples: ['10ms'],
        'x-minimum': '5ms',
        'x-maximum': '1s',
      } as ReturnType<typeof duration>,
      '10ms',
    ),
    ...commonFaultFields,
  },
  'Cuts all data between two sides into small pieces that arrive one by one.',
);
type Options = Static<typeof schema>;

/** Link id → in how many pieces a server's greeting arrived; 0 where it did not arrive. */
type Observation = { [link: string]: { pieces: number; largest: number; others: string[] } };

export const slicer: Fault<typeof schema, Observation> = {
  kind: 'slicer',
  summary: 'Cuts all data between two sides into small pieces that arrive one by one',
  proof:
    'The greeting of a server is read through every link: it arrives in several pieces, where it came in one piece before.',
  example: '{ kind: slicer, between: [qa1a, qa1b], size: 64B }',
  schema,
  ...shaping<Options>((options) => ({
    kind: 'slicer',
    averageBytes: options.size,
    variationBytes: options.variation,
    pauseMs: options.pause,
  })),
  title: (options: Options) =>
    `slices of ${formatSize(options.size)} every ${formatDuration(options.pause)} ${betweenText(options)}`,
  observe: (ctx, target) =>
    observeLinks(ctx, target.links, async ({ link, control, others }) => {
      const observations = await Promise.all(
        Array.from({ length: OBSERVATIONS }, () => control.probe.greeting(link, DEADLINE_MS)),
      );
      const whole = observations
        .filter((observation) => observation.end === 'whole')
        .map((observation) => observation.pieces);
      const most = whole.reduce((best, pieces) => (pieces.length > best.length ? pieces : best), []);
      return { pieces: most.length, largest: Math.max(0, ...most), others };
    }),
  vacuous: (before) => {
    const pieceCounts = Object.values(before).map(({ pieces }) => pieces);
    if (pieceCounts.some((pieces) => pieces === 1)) return null;
    return pieceCounts.some((pieces) => pieces > 1)
      ? 'data arrived in pieces even before'
      : 'no link between the two sides lets anything through';
  },
  inForce: (before, now) => judge(before, now, (pieces) => pieces > 1),
  removed: (before, now) => judge(before, now, (pieces) => pieces === 1),
};

/** Only links whose data came in one piece before can show a difference. */
function judge(before: Observation, now: Observation, holds: (pieces: number) => boolean) {
  const views = Object.entries(now).filter(
    ([link, { pieces, others }]) => before[link]?.pieces === 1 && (pieces > 0 || others.length === 0),
  );
  const counts = views.map(([, { pieces }]) => pieces);
  const largest = Math.max(0, ...views.map(([, view]) => view.largest));
  return {
    proven: counts.length > 0 && counts.every(holds),
    statement: `greetings of servers through ${counts.length} links arrived in ${Math.min(...counts)} to ${Math.max(...counts)} pieces, the largest of ${formatSize(largest)} (1 piece before)`,
  };
}
