import { subjectMatches } from '../../support/subjects.ts';
import type { Permissions } from './rights.ts';

/** What an account takes from another one. */
export type ImportRights =
  | { kind: 'stream'; account: string; subject: string; prefix?: string; to?: string }
  | { kind: 'service'; account: string; subject: string; to?: string; share?: boolean };

/** What is known of an account, to tell what its users may do, and where their messages may go. */
export interface AccountRights {
  name: string;
  /** Each with its own permissions, or else those of its account; without any it may do everything. */
  users: readonly { name: string; permissions?: Permissions }[];
  imports: readonly ImportRights[];
}

/** The other accounts in which a message may arrive that is published on a subject in the account `from`. */
export function mayCross(accounts: readonly AccountRights[], from: string, subject: string): Set<string> {
  const reached = new Set<string>();
  for (const { name, imports } of accounts) {
    for (const taken of imports) {
      const isSubject = (pattern: string) => subjectMatches(withWildcards(pattern), subject);
      if (taken.kind === 'stream' && taken.account === from && isSubject(taken.subject)) reached.add(name);
      // A request on an imported service is handed to the account that exports it.
      if (taken.kind === 'service' && name === from && isSubject(taken.to ?? taken.subject))
        reached.add(taken.account);
    }
  }
  return reached;
}

/** A subject that takes words of another one over by number, `$1` or `{{wildcard(1)}}`, with wildcards in their place. */
export function withWildcards(subject: string): string {
  return subject.replaceAll(/\$\d+|\{\{[^}]*\}\}/g, '*');
}
