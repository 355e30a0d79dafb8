import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { neededQueue, queueAccess } from '../../../src/cli/fleet/queue-options.ts';

describe('where a queue is, and who asks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'queue-options-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('comes by options or by variables, and options come first', () => {
    const env = { NATS_CHAOS_QUEUE: 'nats://a,nats://b:4333', NATS_CHAOS_QUEUE_PREFIX: 'TEAM_A' };
    expect(queueAccess({}, env)).toEqual({ servers: ['a:4222', 'b:4333'], prefix: 'TEAM_A' });
    expect(queueAccess({ queue: '[::1]:1' }, env)).toMatchObject({ servers: ['[::1]:1'] });
    expect(queueAccess({}, {})).toBeUndefined();
    expect(() => neededQueue({}, {})).toThrow('no queue is named');
  });

  it('is proven by one kind of credentials, secrets from the environment or files', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'secret\n');
    const queue = { NATS_CHAOS_QUEUE: 'a' };
    const user = { ...queue, NATS_CHAOS_QUEUE_USER: 'worker' };
    expect(queueAccess({}, { ...user, NATS_CHAOS_QUEUE_PASSWORD_FILE: file })).toMatchObject({
      user: 'worker',
      pass: 'secret',
    });
    expect(queueAccess({ queueCreds: 'w.creds' }, queue)).toMatchObject({ credentialsFile: 'w.creds' });
    expect(queueAccess({}, { ...queue, NATS_CHAOS_QUEUE_NKEY: 'w.nk' })).toMatchObject({ nkeyFile: 'w.nk' });
    expect(queueAccess({}, { ...queue, NATS_CHAOS_QUEUE_TOKEN: 't0ken' })).toMatchObject({ token: 't0ken' });
    expect(() => queueAccess({}, user)).toThrow('_PASSWORD');
    expect(() => queueAccess({ queueCreds: 'a', queueNkey: 'b' }, queue)).toThrow('2 kinds');
    expect(() => queueAccess({}, { ...user, NATS_CHAOS_QUEUE_PASSWORD_FILE: '/none' })).toThrow(
      'PASSWORD_FILE',
    );
  });

  it('is reached by TLS when the address or a file says so', () => {
    expect(queueAccess({ queue: 'tls://a' }, {})).toMatchObject({ tls: {} });
    expect(queueAccess({ queue: 'a', queueCa: 'ca.pem' }, {})).toMatchObject({ tls: { caFile: 'ca.pem' } });
    expect(queueAccess({ queue: 'a' }, {})).not.toHaveProperty('tls');
  });

  it('has no password on the command line, and says none', () => {
    const attempt = (): unknown => queueAccess({ queue: 'nats://me:hunter2@a:4222' }, {});
    expect(attempt).toThrow('no address');
    expect(attempt).not.toThrow('hunter2');
    expect(() => queueAccess({ queue: 'a', queuePrefix: 'a.b' }, {})).toThrow('cannot begin');
  });
});
