import { coversSubject } from '../../../support/subjects.ts';
import { entriesOf, field, itemsOf, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const accountLatencies: EnvironmentRule = {
  name: 'accounts/latencies',
  demand:
    'Latencies are those of services with single responses, and are published on a subject that is no service.',
  check({ value, complaints }) {
    for (const [name, account] of entriesOf(field(value, 'accounts'))) {
      const exports = itemsOf(field(account, 'exports'));
      const services = exports.flatMap((one) =>
        field(one, 'kind') === 'service' ? (textOf(field(one, 'subject')) ?? []) : [],
      );
      exports.forEach((one, i) => {
        const results = textOf(field(field(one, 'latency'), 'subject'));
        if (results === undefined) return;
        const at = `${child('/accounts', name)}/exports/${i}`;
        const service = services.find((subject) => coversSubject(subject, results));
        if (service !== undefined)
          complaints.error(
            `${at}/latency/subject`,
            `"${results}" is a request of the service "${service}" of this account: servers refuse to publish latencies there`,
          );
        const response = textOf(field(one, 'response')) ?? 'single';
        if (response !== 'single')
          complaints.error(
            `${at}/latency`,
            `servers measure the latency of single responses, and not of "${response}"`,
            'key',
          );
      });
    }
  },
};
