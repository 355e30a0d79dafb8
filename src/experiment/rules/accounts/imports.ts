import { coversSubject } from '../../../support/subjects.ts';
import { entriesOf, field, itemsOf, textOf, textsOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const accountImports: EnvironmentRule = {
  name: 'accounts/imports',
  demand: 'An account imports what another one exports to it.',
  check({ value, inventory, complaints }) {
    const accounts = new Map(entriesOf(field(value, 'accounts')));
    for (const [name, account] of accounts) {
      itemsOf(field(account, 'imports')).forEach((taken, i) => {
        const from = textOf(field(taken, 'account'));
        const subject = textOf(field(taken, 'subject'));
        const kind = textOf(field(taken, 'kind'));
        if (from === undefined || subject === undefined || !inventory.accounts.includes(from)) return;
        const at = `${child('/accounts', name)}/imports/${i}`;
        if (from === name) {
          complaints.error(`${at}/account`, 'an account imports nothing from itself');
          return;
        }
        const exports = itemsOf(field(accounts.get(from), 'exports')).filter(
          (one) => field(one, 'kind') === kind,
        );
        const fitting = exports.filter((one) => coversSubject(textOf(field(one, 'subject')) ?? '', subject));
        const isForAll = (one: unknown): boolean => field(one, 'accounts') === undefined;
        if (fitting.length === 0)
          complaints.error(`${at}/subject`, notExported(from, `${kind}`, subject, exports));
        else if (!fitting.some((one) => isForAll(one) || textsOf(field(one, 'accounts')).includes(name)))
          complaints.error(
            `${at}/account`,
            `account ${from} exports "${subject}" to ${textsOf(field(fitting[0], 'accounts')).join(', ')} alone, not to ${name}`,
          );
      });
    }
  },
};

function notExported(from: string, kind: string, subject: string, exports: readonly unknown[]): string {
  const subjects = exports.flatMap((one) => textOf(field(one, 'subject')) ?? []);
  const there = subjects.length === 0 ? `it exports no ${kind}` : `it exports ${subjects.join(', ')}`;
  return `account ${from} does not export the ${kind} "${subject}": ${there}`;
}
