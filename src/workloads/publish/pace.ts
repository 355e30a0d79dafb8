import type { Milliseconds } from '../../support/units.ts';
import { longestIntervalOfPace, scheduleOfPace } from '../pace/options.ts';
import { bursts, type Schedule } from '../pace/schedule.ts';
import type { PublishOptions } from './options.ts';

/** When messages are due; undefined: as soon as there is room. */
export function scheduleOf(options: PublishOptions): Schedule | undefined {
  const { burst } = options;
  return burst === undefined ? scheduleOfPace(options) : bursts(burst.messages, burst.every);
}

/** The longest time from one message to the next that the options ask for. */
export function longestInterval(options: PublishOptions): Milliseconds {
  return options.burst?.every ?? longestIntervalOfPace(options);
}
