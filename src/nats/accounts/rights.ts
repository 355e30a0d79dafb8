import { coversSubject } from '../../support/subjects.ts';

/** Subjects, which may have wildcards; one for subscribing may name a queue group after a space. */
export interface SubjectRights {
  /** Left out: all that is not denied. */
  allow?: readonly string[];
  /** Takes precedence over what is allowed. */
  deny?: readonly string[];
}

/** What a user may do. */
export interface Permissions {
  publish?: SubjectRights;
  subscribe?: SubjectRights;
  /** It may answer requests that reach it, on whatever subject they ask for the answer. */
  responses?: { max: number; expiresMs: number };
}

export const ATTEMPTS = ['publish', 'subscribe'] as const;
export type Attempt = (typeof ATTEMPTS)[number];

/**
 * Whether a server lets a user publish on a subject, or subscribe to it without a queue group.
 *
 * @param permissions the user's own, or else those that its account has for all users; left out: it may do everything
 */
export function isAllowed(permissions: Permissions | undefined, attempt: Attempt, subject: string): boolean {
  const { allow, deny = [] } = rightsFor(permissions, attempt);
  const matches = (pattern: string): boolean => coversSubject(pattern, subject);
  return (allow === undefined || allow.some(matches)) && !deny.some(matches);
}

/** The right to answer takes away the right to publish on any subject. */
function rightsFor({ publish, subscribe, responses }: Permissions = {}, attempt: Attempt): SubjectRights {
  if (attempt === 'subscribe') return subscribe ?? {};
  return responses === undefined ? (publish ?? {}) : { ...publish, allow: publish?.allow ?? [] };
}

/**
 * Whether a server leaves a message out of what it delivers to a subscription with wildcards that it accepts, because its
 * subject is denied.
 */
export function isLeftOut({ subscribe }: Permissions = {}, subject: string): boolean {
  return (subscribe?.deny ?? []).some((pattern) => coversSubject(pattern, subject));
}
