import { defaulted, duration, strictObject, Type, type Static } from '../../support/schema.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import { commonFaultFields, type Fault, type Proof } from '../fault.ts';
import { betweenField, directionField } from '../fields.ts';
import { observeTrips, type TripObservation } from './round-trips.ts';
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
  proof:
    'A round trip is measured through every link: it takes longer than before by the added delay; with one direction, the other one stays as fast as before.',
  example: '{ kind: latency, between: [qa1a, qa1b], latency: 50ms }',
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
    const addedMs = (options.latency - options.jitter) * injectedDirections(options);
    const trips = compareTimings(tripsOf(before), tripsOf(now), 'round trips', (was, is) =>
      isLonger(was, is, addedMs),
    );
    return options.direction === 'both' ? trips : both(trips, oneWayOnly(before, now, addedMs));
  },
  removed: (before, now, options) =>
    compareTimings(tripsOf(before), tripsOf(now), 'round trips', (was, is) =>
      isBack(was, is, options.latency * injectedDirections(options)),
    ),
};

function injectedDirections({ direction }: Options): number {
  return direction === 'both' ? 2 : 1;
}

/** The server's greeting only goes back, so it shows which direction is slower. */
function oneWayOnly(before: TripObservation, now: TripObservation, addedMs: Milliseconds): Proof {
  const wrong = Object.entries(now).filter(([link, { greetingMs: is, direction, others }]) => {
    const was = before[link]?.greetingMs ?? null;
    if (was === null || others.length > 0) return false;
    return (
      is === null || (direction === 'back' ? !isLonger(was, is, addedMs) : !isUntouched(was, is, addedMs))
    );
  });
  return {
    proven: wrong.length === 0,
    statement:
      wrong.length === 0
        ? 'the other direction is as fast as before'
        : `on ${wrong.length} links it is not the one direction that is slower`,
  };
}

/** A greeting that arrives in less than the added time cannot have been delayed by it, however busy the machine is. */
function isUntouched(was: Milliseconds, is: Milliseconds, addedMs: Milliseconds): boolean {
  return is < addedMs * 0.9 || isBack(was, is, addedMs);
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
