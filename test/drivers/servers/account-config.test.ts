import { describe, expect, it } from 'vitest';
import { permissionsConfig, termsConfig } from '../../../src/drivers/servers/account-config.ts';
import { withGeneratedKeys } from '../../../src/drivers/servers/generated-keys.ts';
import { accessAs, connectLine, runnerAccess } from '../../../src/drivers/servers/reach.ts';
import { withRunnerUsers } from '../../../src/drivers/servers/runner-users.ts';
import { oneZoneSpec } from '../../support/one-zone-spec.ts';

describe('the terms of an account, as a server reads them', () => {
  it('are none where the environment says none', () => {
    expect(termsConfig({})).toEqual({});
  });

  it('are what it shares, how subjects are mapped, and what its connections may use', () => {
    const config = termsConfig({
      exports: [
        { kind: 'stream', subject: 'news.>' },
        {
          kind: 'service',
          subject: 'help.*',
          accounts: ['B'],
          response: 'chunked',
          thresholdMs: 500,
          latency: { subject: 'slow', sampling: 0.25 },
        },
      ],
      imports: [
        { kind: 'stream', account: 'B', subject: 'x', prefix: 'b' },
        { kind: 'service', account: 'B', subject: 'y', to: 'z', share: true },
      ],
      mappings: { 'a.*': [{ to: 'b.$1', weight: 0.9, cluster: 'eu' }] },
      limits: { connections: 1, subscriptions: 2, payload: 3, leafnodes: 4 },
    });
    expect(config).toEqual({
      exports: [
        { stream: 'news.>' },
        {
          service: 'help.*',
          accounts: ['B'],
          response_type: 'chunked',
          response_threshold: '500ms',
          latency: { subject: 'slow', sampling: 25 },
        },
      ],
      imports: [
        { stream: { account: 'B', subject: 'x' }, prefix: 'b' },
        { service: { account: 'B', subject: 'y' }, to: 'z', share: true },
      ],
      mappings: { 'a.*': [{ destination: 'b.$1', weight: 90, cluster: 'eu' }] },
      limits: { max_connections: 1, max_subscriptions: 2, max_payload: 3, max_leafnodes: 4 },
    });
  });

  it('are what users may do: an empty list stays one, as it allows nothing', () => {
    expect(permissionsConfig({})).toEqual({});
    expect(
      permissionsConfig({
        publish: { allow: [] },
        subscribe: { deny: ['a'] },
        responses: { max: 2, expiresMs: 5000 },
      }),
    ).toEqual({
      publish: { allow: [] },
      subscribe: { deny: ['a'] },
      allow_responses: { max: 2, expires: '5000ms' },
    });
  });
});

describe('the user as which the runner connects', () => {
  const permissions = { publish: { allow: ['a'] } };
  const zone = oneZoneSpec();
  const who = { account: 'APP', cluster: 'qa1a' };
  const withTerms = (terms: object) => ({
    ...zone,
    accounts: zone.accounts.map((account) => (account.name === 'APP' ? { ...account, ...terms } : account)),
  });

  it('is the first of an account whose users may do everything', () => {
    const spec = withRunnerUsers(zone, 'secret');
    expect(spec).toEqual(zone);
    expect(runnerAccess(spec, who)).toEqual({ user: 'app', pass: 'app' });
  });

  it.each([{ permissions: { app: permissions } }, { defaultPermissions: permissions }])(
    'is one more where they may not: %o',
    (terms) => {
      const spec = withRunnerUsers(withTerms(terms), 'secret');
      expect(runnerAccess(spec, who)).toEqual({ user: '.nats-chaos.APP', pass: 'secret' });
      expect(accessAs(spec, who)).toEqual({ user: 'app', pass: 'app' });
      expect(runnerAccess(spec, { ...who, account: 'SYS' })).toEqual({ user: 'sys', pass: 'sys' });
    },
  );

  it('is, on servers that run already, the first one without permissions', () => {
    const users = [
      { name: 'app', password: 'app' },
      { name: 'all', password: 'all' },
    ];
    const spec = withTerms({ users, permissions: { app: permissions } });
    expect(runnerAccess(spec, who)).toEqual({ user: 'all', pass: 'all' });
    expect(accessAs(spec, { ...who, user: 'all' })).toEqual({ user: 'all', pass: 'all' });
  });
});

describe('a user with a key that is made for the run', () => {
  const zone = oneZoneSpec();
  const declared = {
    ...zone,
    accounts: zone.accounts.map((account) =>
      account.name === 'APP'
        ? {
            ...account,
            users: [{ name: 'signs', password: '', nkey: 'generated' as const }, ...account.users],
          }
        : account,
    ),
  };

  it('has another one in each run, and what was declared has none', () => {
    const keys = [declared, declared].map(
      (one) => withGeneratedKeys(one).accounts.find(({ name }) => name === 'APP')?.users[0]?.key,
    );
    expect(keys[0]?.publicKey).toMatch(/^U[A-Z2-7]{55}$/);
    expect(keys[0]?.seed).toMatch(/^SU[A-Z2-7]{56}$/);
    expect(keys[0]).not.toEqual(keys[1]);
    expect(JSON.stringify(declared)).not.toContain('SU');
    expect(withGeneratedKeys(zone)).toEqual(zone);
  });

  it('signs where clients connect, and leaves the line that only measures to another', () => {
    const spec = withGeneratedKeys(declared);
    const { key } = spec.accounts.find(({ name }) => name === 'APP')?.users[0] ?? {};
    expect(accessAs(spec, { account: 'APP', cluster: 'qa1a' })).toEqual({ nkeySeed: key?.seed });
    expect(connectLine(spec, 'qa1a')).toContain('"user":"app"');
    expect(connectLine(spec, 'qa1a')).not.toContain('SU');
  });
});
