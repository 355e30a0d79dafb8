import { countSubjects } from '../../../support/subject-template.ts';
import { entriesOf, field, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const permissionsWorkload: ExperimentRule = {
  name: 'workloads/permissions',
  demand:
    'A workload that tries permissions has one who may see everything in each account, and a bounded number of subjects.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      if (textOf(field(workload, 'kind')) !== 'permissions') continue;
      const at = child('/workloads', name);
      if (inventory.attached && inventory.blindAccounts.length > 0)
        complaints.error(
          `${at}/kind`,
          `no user of ${inventory.blindAccounts.join(', ')} may see everything, so that nobody could tell what arrives there: give each account a user without permissions, or use servers that the run starts itself`,
        );
      const subjects = textsOf(field(workload, 'subjects'));
      const count = subjects.reduce((sum, one) => sum + countSubjects(one), 0);
      if (count > MOST)
        complaints.error(`${at}/subjects`, `these stand for ${count} subjects; expected ${MOST} or fewer`);
      subjects.forEach((one, i) => {
        if (countSubjects(one) === 0)
          complaints.error(
            `${at}/subjects/${i}`,
            `"${one}" stands for no subject: a range begins with the smaller number`,
          );
      });
    }
  },
};

/** Each user tries all of them in one go. */
const MOST = 1000;
