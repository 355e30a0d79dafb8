import { strictObject, Type, type Static } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence/evidence.ts';
import { consumersField } from './fields.ts';
import { Judge, plural } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('ack-floor-monotonic'),
    consumers: consumersField('Consumers whose ack floors must never fall.'),
  },
  'The ack floor of a consumer never falls, over all readings of the run.',
);
type Options = Static<typeof schema>;

export const ackFloorMonotonic: Checker<typeof schema> = {
  kind: 'ack-floor-monotonic',
  summary: 'The ack floor of a consumer never falls',
  proof:
    'Reads the ack floor all through the run, as the probe ack-floor does, and once more at the end. A fall and a rise between two readings are not seen. Without two readings, or where the floor never moved, it is inconclusive.',
  example: '{ kind: ack-floor-monotonic, consumers: [qa1a/qa/consumer-qa1a] }',
  schema,
  probes: ({ consumers }: Options) => consumers.map((consumer) => ({ kind: 'ack-floor', consumer })),
  check(evidence, { consumers }: Options) {
    const judge = new Judge('ack-floor-monotonic', consumers.join(', '));
    const rises = consumers.map((consumer) => judgeConsumer(evidence, consumer, judge));
    return judge.finding({
      passed: `no fall in ${plural(judge.counted('readings'), 'reading')}: ${rises.join(', ')}`,
      failed: (violations) => plural(violations, 'fall'),
    });
  },
};

interface Floor {
  /** Left out for the reading at the end. */
  t?: Milliseconds;
  value: number;
}

/** @returns from where to where it went, in words */
function judgeConsumer(evidence: Evidence, consumer: string, judge: Judge): string {
  const floors = floorsOf(evidence, consumer);
  judge.count('readings', floors.length);
  let [highest, isMoved] = [floors[0]?.value ?? 0, false];
  let before: Floor | undefined;
  for (const floor of floors) {
    if (before !== undefined && floor.value !== before.value) isMoved = true;
    if (before !== undefined && floor.value < before.value) {
      const text = `the ack floor of ${consumer} fell from ${before.value} to ${floor.value} ${when(floor, before)}`;
      const { value: seq, t } = floor;
      judge.count('falls');
      judge.violates(() => ({ consumer, seq, text, ...(t === undefined ? {} : { t }) }), t ?? Infinity);
    }
    highest = Math.max(highest, floor.value);
    before = floor;
  }
  if (floors.length < 2)
    judge.inconclusive(
      `${plural(floors.length, 'reading')} of the ack floor of ${consumer}, which is too few`,
    );
  else if (!isMoved) judge.inconclusive(`the ack floor of ${consumer} never moved from ${highest}`);
  return `${consumer} from ${floors[0]?.value ?? 0} to ${highest}`;
}

function when({ t }: Floor, { t: last }: Floor): string {
  if (t === undefined || last === undefined) return 'by the end of the run';
  return `between ${(last / 1000).toFixed(1)} s and ${(t / 1000).toFixed(1)} s`;
}

function floorsOf(evidence: Evidence, consumer: string): Floor[] {
  const samples = evidence.readings('ack-floor', consumer)?.samples ?? [];
  const audit = evidence.consumerAudit(consumer);
  return [
    ...samples.flatMap(({ t, value }) => (value === undefined ? [] : [{ t, value }])),
    ...(audit?.complete === true ? [{ value: audit.ackFloor }] : []),
  ];
}
