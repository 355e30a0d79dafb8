import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, describe, expect, it } from 'vitest';
import { credentialsOf } from '../../src/nats/authenticate.ts';

describe('what a client says to prove who it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'authenticate-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const user = nkeys.createUser();
  const seed = new TextDecoder().decode(user.getSeed());
  const isSigned = (signature: unknown): boolean =>
    user.verify(Buffer.from('nonce'), Buffer.from(String(signature), 'base64url'));

  it('is a password or a token as it is', () => {
    expect(credentialsOf({ user: 'app', pass: 'secret' }, undefined)).toEqual({
      user: 'app',
      pass: 'secret',
    });
    expect(credentialsOf({ token: 'secret' }, undefined)).toEqual({ auth_token: 'secret' });
    expect(credentialsOf({}, 'nonce')).toEqual({});
  });

  it('is the signature of the nonce by the seed of a file, which is not sent', () => {
    const nkeyFile = join(folder, 'user.nk');
    writeFileSync(nkeyFile, `${seed}\n`);
    const said = credentialsOf({ nkeyFile }, 'nonce');
    expect(said).toMatchObject({ nkey: user.getPublicKey() });
    expect(isSigned(said.sig)).toBe(true);
    expect(JSON.stringify(said)).not.toContain(seed);
  });

  it('is the JWT of a credentials file, with the signature of its seed', () => {
    const credentialsFile = join(folder, 'user.creds');
    const block = (name: string, text: string): string =>
      `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n\n`;
    writeFileSync(credentialsFile, block('NATS USER JWT', 'a.b.c') + block('USER NKEY SEED', seed));
    const said = credentialsOf({ credentialsFile }, 'nonce');
    expect(said).toMatchObject({ jwt: 'a.b.c' });
    expect(isSigned(said.sig)).toBe(true);
  });
});
