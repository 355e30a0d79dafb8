import { duration, durationFrom, rate, strictObject, Type } from '../../support/schema.ts';
import { UNITS, type Milliseconds, type PerSecond } from '../../support/units.ts';
import { constantRate, ramp, type Schedule, type Stage } from './schedule.ts';

/** How many a second, where no pace is given. */
const DEFAULT_RATE: PerSecond = 100;

/** When messages or requests are due, as a workload states it. */
export interface PaceOptions {
  rate?: PerSecond | 'max';
  interval?: Milliseconds;
  stages?: Stage[];
}

/**
 * The fields of a pace.
 *
 * @param many what is sent: `messages`
 * @param one one of them: `message`
 * @param fastest what `max` means
 */
export const paceFields = (many: string, one: string, fastest: string) => ({
  rate: Type.Optional(
    Type.Unsafe<number | 'max'>({
      ...rate(
        `How many ${many} are sent in a second or minute; 100/s when interval is absent too. \`max\`: ${fastest}.`,
      ),
      pattern: `^max$|${UNITS.rate.pattern}`,
      'x-expected': 'a rate per second or minute, such as 200/s, or "max"',
      examples: [UNITS.rate.example, 'max'],
    }),
  ),
  interval: Type.Optional(durationFrom('0.001ms', `Time from one ${one} to the next, in place of a rate.`)),
  stages: Type.Optional(
    Type.Unsafe<Stage[]>(
      Type.Array(
        strictObject(
          {
            to: rate('The rate at the end of the stage.'),
            over: duration('How long the rate takes to get there.'),
          },
          'One stage.',
        ),
        {
          minItems: 1,
          description:
            'The rate changes evenly to each of these in turn, from `rate` (100/s when that is absent), and stays at the last.',
        },
      ),
    ),
  ),
});

/** When they are due; undefined: as soon as there is room. */
export function scheduleOfPace({ interval, rate = DEFAULT_RATE, stages }: PaceOptions): Schedule | undefined {
  if (interval === 0 || rate === 'max') return undefined;
  const first = interval === undefined ? rate : 1000 / interval;
  return stages === undefined ? constantRate(first) : ramp(first, stages);
}

/** The longest time from one to the next that the options ask for. */
export function longestIntervalOfPace({
  interval,
  rate = DEFAULT_RATE,
  stages = [],
}: PaceOptions): Milliseconds {
  if (rate === 'max') return 0;
  return Math.max(interval ?? 1000 / rate, ...stages.map(({ to }) => 1000 / to));
}
