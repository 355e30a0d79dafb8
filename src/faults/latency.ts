import { defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from './fault.ts';
import { betweenField, directionField } from './fields.ts';
import { observeTrips, type TripObservation } from './link-observation.ts';
import {
  betweenText,
  compareTimings,
  isBack,
  isLonger,
  nothingToShape,
  shaping,
  type Timings,
} from './shaping.ts';

const schema = strictObject(
  {
    kind: Type.Literal('latency'),
    between: betweenField,
    direction: directionField,
    latency: {
      ...duration('Delay added in each direction, so a round trip takes twice as much longer; 5ms or more.'),
      'x-minimum': '5ms',
    } as ReturnType<typeof duration>,
    jitter: defaulted(
      duration('The delay varies by up to this much, either way; at most half of it.'),
      '0ms',
    ),
    ...commonFaultFields,
  },
  'Delays everything on every link between two sides.',
);
type Options = Static<typeof schema>;

export const latency: Fault<typeof schema, TripObservation> = {
  kind: 'latency',
  summary: 'Delays everything on every link between two sides, with jitter',
  schema,
  ...shaping<Options>((options) => ({
    kind: 'latency',
    latencyMs: options.latency,
    jitterMs: options.jitter,
  })),
  title: (options: Options) =>
    `latency of ${formatDuration(options.latency)} ± ${formatDuration(options.jitter)} ${options.direction === 'both' ? 'each way ' : ''}${betweenText(options)}`,
  observe: observeTrips,
  vacuous: (before) => nothingToShape(tripsOf(before)),
  inForce: (before, now, options) => {
    const addedMs = (options.latency - options.jitter) * waysStruck(options);
    const trips = compareTimings(tripsOf(before), tripsOf(now), 'round trips', (was, is) =>
      isLonger(was, is, addedMs),
    );
    return options.direction === 'both' ? trips : both(trips, oneWayOnly(before, now, addedMs));
  },
  removed: (before, now, options) =>
    compareTimings(tripsOf(before), tripsOf(now), 'round trips', (was, is) =>
      isBack(was, is, options.latency * waysStruck(options)),
    ),
};

function waysStruck({ direction }: Options): number {
  return direction === 'both' ? 2 : 1;
}

/** The server's greeting goes back only, so it tells one way from the other. */
function oneWayOnly(before: TripObservation, now: TripObservation, addedMs: Milliseconds): Proof {
  const wrong = Object.entries(now).filter(([link, { greetingMs: is, way, others }]) => {
    const was = before[link]?.greetingMs ?? null;
    if (was === null || others.length > 0) return false;
    return is === null || (way === 'back' ? !isLonger(was, is, addedMs) : !isBack(was, is, addedMs));
  });
  return {
    proven: wrong.length === 0,
    statement:
      wrong.length === 0
        ? 'the other direction is as fast as before'
        : `on ${wrong.length} links it is not the one direction that is slower`,
  };
}

function both(one: Proof, other: Proof): Proof {
  return {
    proven: one.proven && other.proven,
    statement: `${one.statement}; ${other.statement}`,
  };
}

function tripsOf(observation: TripObservation): Timings {
  return Object.fromEntries(
    Object.entries(observation).map(([link, { tripMs, others }]) => [link, { ms: tripMs, others }]),
  );
}
