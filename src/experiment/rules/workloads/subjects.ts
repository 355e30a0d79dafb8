import { countSubjects, expandSubject, MOST_SUBJECTS } from '../../../support/subject-template.ts';
import { subjectMatches } from '../../../support/subjects.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const publishedSubjects: ExperimentRule = {
  name: 'workloads/subjects',
  demand:
    'A workload publishes to subjects that its stream captures; only a warning, as a run may show this.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const subject = textOf(field(workload, 'subject'));
      const address = textOf(field(workload, 'stream'));
      const stream = address === undefined ? undefined : inventory.streams.get(address);
      if (subject === undefined || address === undefined || !stream) continue;
      if (countSubjects(subject) > MOST_SUBJECTS) continue;
      const strange = expandSubject(subject).filter(
        (one) => !stream.subjects.some((pattern) => subjectMatches(pattern, one)),
      );
      const [first] = strange;
      if (first === undefined) continue;
      const captures = stream.subjects.length === 0 ? 'nothing itself' : stream.subjects.join(', ');
      const all = countSubjects(subject);
      const some = strange.length === all ? '' : `, one of ${strange.length} that "${subject}" stands for,`;
      const what = strange.length === all ? 'nothing that is published' : 'what is published to them';
      complaints.warning(
        `${child('/workloads', name)}/subject`,
        `"${strange.length === all ? subject : first}"${some} is no subject of ${address}, which captures ${captures}: ${what} will ${some === '' ? '' : 'not '}be stored there`,
      );
    }
  },
};
