import { complainOfClashes, type Clash } from '../../resolve/clashes.ts';
import { subjectsOverlap } from '../../../support/subjects.ts';
import { durationOf, entriesOf, field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import { child, type Pointer } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';
import type { Complaints } from '../../source/complaints.ts';

export const streamSettings: EnvironmentRule = {
  name: 'settings/stream',
  demand: 'The settings of a stream are such as a server accepts together.',
  check({ value, complaints }) {
    for (const [address, stream] of entriesOf(field(value, 'streams'))) {
      const pointer = child('/streams', address);
      complainOfClashes(stream, pointer, CLASHES, DEFAULTS, complaints);
      checkWindow(stream, pointer, complaints);
      checkSubjects(stream, pointer, complaints);
      checkOrigin(field(stream, 'mirror'), `${pointer}/mirror`, complaints);
      itemsOf(field(stream, 'sources')).forEach((origin, i) => {
        checkOrigin(origin, `${pointer}/sources/${i}`, complaints);
      });
    }
  },
};

const DEFAULTS = { storage: 'file', retention: 'limits', discard: 'old', replicas: 1 };

const ofMirrors = (...fields: string[]): Clash[] =>
  fields.map((at) => ({
    at,
    when: (has) => has('mirror') && has(at),
    says: `a mirror cannot have ${at}: it takes everything from its origin, as it is there`,
  }));

const CLASHES: readonly Clash[] = [
  ...ofMirrors(
    'firstSequence',
    'allowMsgCounter',
    'allowAtomicPublish',
    'allowBatchPublish',
    'allowMsgSchedules',
    'subjectDeleteMarkerTtl',
  ),
  {
    at: 'discardNewPerSubject',
    when: (has) => has('discardNewPerSubject') && !(has('discard', 'new') && has('maxMessagesPerSubject')),
    says: 'discardNewPerSubject needs `discard: new` and maxMessagesPerSubject beside it',
  },
  {
    at: 'allowRollup',
    when: (has) => has('allowRollup') && has('denyPurge'),
    says: 'allowRollup lets messages purge others, which denyPurge forbids',
  },
  {
    at: 'denyPurge',
    when: (has) => has('denyPurge') && (has('subjectDeleteMarkerTtl') || has('allowMsgSchedules')),
    says: 'subjectDeleteMarkerTtl and allowMsgSchedules need roll-ups, which denyPurge forbids',
  },
  {
    at: 'allowMsgCounter',
    when: (has) =>
      has('allowMsgCounter') &&
      (has('discard', 'new') ||
        has('allowMessageTtl') ||
        has('subjectDeleteMarkerTtl') ||
        has('allowMsgSchedules') ||
        has('retention', 'interest', 'workqueue')),
    says: 'a stream of counters has `retention: limits` and `discard: old`, and neither allowMessageTtl, subjectDeleteMarkerTtl nor allowMsgSchedules',
  },
  {
    at: 'allowMsgSchedules',
    when: (has) => has('allowMsgSchedules') && (has('discard', 'new') || has('sources')),
    says: 'a stream with allowMsgSchedules has `discard: old` and no sources',
  },
  {
    at: 'persistMode',
    when: (has) =>
      has('persistMode', 'async') &&
      (has('storage', 'memory') || !has('replicas', 1) || has('allowAtomicPublish')),
    says: '`persistMode: async` is for streams of one replica in files, without allowAtomicPublish',
  },
];

function checkWindow(stream: unknown, pointer: Pointer, complaints: Complaints): void {
  const [window, age] = [durationOf(field(stream, 'duplicateWindow')), durationOf(field(stream, 'maxAge'))];
  if (window === undefined || age === undefined || window <= age) return;
  complaints.error(
    `${pointer}/duplicateWindow`,
    `found "${textOf(field(stream, 'duplicateWindow')) ?? ''}"; expected no more than maxAge, ${textOf(field(stream, 'maxAge')) ?? ''}`,
  );
}

function checkSubjects(stream: unknown, pointer: Pointer, complaints: Complaints): void {
  const subjects = textsOf(field(stream, 'subjects'));
  subjects.forEach((subject, i) => {
    const other = subjects.slice(0, i).find((one) => subjectsOverlap(one, subject));
    if (other !== undefined)
      complaints.error(
        `${pointer}/subjects/${i}`,
        `"${subject}" overlaps with "${other}" of the same stream`,
      );
  });
  const to = textOf(field(field(stream, 'republish'), 'to'));
  const own = to === undefined ? undefined : subjects.find((one) => subjectsOverlap(one, plain(to)));
  if (own !== undefined)
    complaints.error(
      `${pointer}/republish/to`,
      `"${to ?? ''}" is captured by the stream itself ("${own}"); expected another subject`,
    );
}

/** A destination with its functions (`{{wildcard(1)}}`) as the words that they stand for. */
function plain(destination: string): string {
  return destination.replaceAll(/\{\{[^}]*\}\}/g, '*');
}

function checkOrigin(origin: unknown, pointer: Pointer, complaints: Complaints): void {
  if (field(origin, 'filter') !== undefined && field(origin, 'transforms') !== undefined)
    complaints.error(`${pointer}/filter`, 'filter and transforms exclude one another', 'key');
  if (field(origin, 'startSequence') !== undefined && field(origin, 'startTime') !== undefined)
    complaints.error(`${pointer}/startTime`, 'startSequence and startTime exclude one another', 'key');
}
