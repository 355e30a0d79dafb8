import { expandSubject, countSubjects, MOST_SUBJECTS } from '../../../support/subject-template.ts';
import { subjectMatches } from '../../../support/subjects.ts';
import { entriesOf, field, itemsOf, numberOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const coreWorkloads: ExperimentRule = {
  name: 'workloads/core',
  demand:
    'Several members of a subscription are a queue group, and who is to receive or to answer something subscribes to it.',
  check({ value, complaints }) {
    const workloads = new Map(entriesOf(field(value, 'workloads')));
    for (const [name, workload] of workloads) {
      if (textOf(field(workload, 'kind')) !== 'core-subscribe') continue;
      if ((numberOf(field(workload, 'members')) ?? 1) === 1 || field(workload, 'queue') !== undefined)
        continue;
      complaints.error(
        `${child('/workloads', name)}/members`,
        'several members need a `queue`: without one each would receive every message',
      );
    }
    itemsOf(field(value, 'checks')).forEach((check, i) => {
      const fields = PAIRS[textOf(field(check, 'kind')) ?? ''];
      if (fields === undefined) return;
      const senders = textsOf(field(check, fields.senders));
      textsOf(field(check, fields.receivers)).forEach((receiver, j) => {
        const pattern = textOf(field(workloads.get(receiver), 'subject'));
        if (pattern === undefined) return;
        for (const sender of senders) {
          const missed = missedBy(pattern, textOf(field(workloads.get(sender), 'subject')) ?? '');
          if (missed === undefined) continue;
          complaints.error(
            `/checks/${i}/${fields.receivers}/${j}`,
            `${receiver} subscribes to ${pattern}, and so never gets "${missed}", which ${sender} sends`,
          );
        }
      });
    });
  },
};

/** Checks whose receivers are to get all that senders send. */
const PAIRS: Record<string, { senders: string; receivers: string }> = {
  'at-most-once': { senders: 'published', receivers: 'received' },
  answered: { senders: 'requested', receivers: 'replied' },
};

/** The first subject of a template that a pattern does not match. */
function missedBy(pattern: string, template: string): string | undefined {
  if (template === '' || countSubjects(template) > MOST_SUBJECTS) return undefined;
  return expandSubject(template).find((subject) => !subjectMatches(pattern, subject));
}
