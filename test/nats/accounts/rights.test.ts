import { describe, expect, it } from 'vitest';
import { mayCross, type AccountRights } from '../../../src/nats/accounts/crossings.ts';
import { isAllowed, type Permissions } from '../../../src/nats/accounts/rights.ts';
import { coversSubject } from '../../../src/support/subjects.ts';

describe('an entry of permissions', () => {
  it.each([
    ['dev.*', 'dev.app', true],
    ['dev.*', 'dev', false],
    ['dev.*', 'dev.app.deep', false],
    ['dev.>', 'dev', false],
    ['dev.>', 'dev.app.deep', true],
    ['>', 'dev', true],
    ['*.app', 'dev.app', true],
    ['*', 'dev.app', false],
    ['dev.app', 'dev.app', true],
    ['dev.app', 'dev.apps', false],
    // As servers have it: a wildcard that is subscribed to is a word.
    ['dev.*', 'dev.>', true],
    ['dev.*', '>', false],
    ['dev.app', 'dev.*', false],
    ['dev.app workers', 'dev.app', false],
  ])('%s and %s: %s', (pattern, subject, covers) => {
    expect(coversSubject(pattern, subject)).toBe(covers);
  });
});

describe('what a user may do', () => {
  const may = (permissions: Permissions | undefined, subject: string) => [
    isAllowed(permissions, 'publish', subject),
    isAllowed(permissions, 'subscribe', subject),
  ];

  it('is everything without permissions, and without a list', () => {
    expect(may(undefined, 'a')).toEqual([true, true]);
    expect(may({}, 'a')).toEqual([true, true]);
    expect(may({ publish: { allow: ['b'] } }, 'a')).toEqual([false, true]);
  });

  it('is nothing with an empty list', () => {
    expect(may({ publish: { allow: [] }, subscribe: { allow: [] } }, 'a')).toEqual([false, false]);
  });

  it('is nothing that is denied, even where it is allowed', () => {
    const permissions = { publish: { deny: ['a.b'] }, subscribe: { allow: ['a.>'], deny: ['a.b'] } };
    expect(may(permissions, 'a.b')).toEqual([false, false]);
    expect(may(permissions, 'a.c')).toEqual([true, true]);
    expect(may(permissions, 'c')).toEqual([true, false]);
  });

  it('is to publish nothing, with the right to answer alone', () => {
    const responses = { max: 1, expiresMs: 1000 };
    expect(may({ responses }, 'a')).toEqual([false, true]);
    expect(may({ responses, publish: { allow: ['a'] } }, 'a')).toEqual([true, true]);
    expect(may({ responses, publish: { deny: ['b'] } }, 'a')).toEqual([false, true]);
  });
});

describe('where a message may go', () => {
  const accounts: AccountRights[] = [
    { name: 'A', users: [], imports: [] },
    {
      name: 'B',
      users: [],
      imports: [{ kind: 'stream', account: 'A', subject: 'news.>', prefix: 'from.a' }],
    },
    {
      name: 'C',
      users: [],
      imports: [{ kind: 'service', account: 'A', subject: 'help.*', to: 'ask.$1' }],
    },
  ];

  it('is nowhere without an import', () => {
    expect(mayCross(accounts, 'A', 'orders')).toEqual(new Set());
    expect(mayCross(accounts, 'B', 'news.eu')).toEqual(new Set());
  });

  it('is to who imports its stream', () => {
    expect(mayCross(accounts, 'A', 'news.eu')).toEqual(new Set(['B']));
  });

  it('is, as a request, to the account that exports the service, on the subject that it has here', () => {
    expect(mayCross(accounts, 'C', 'ask.me')).toEqual(new Set(['A']));
    expect(mayCross(accounts, 'C', 'help.me')).toEqual(new Set());
    expect(mayCross(accounts, 'A', 'help.me')).toEqual(new Set());
  });
});
