import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../src/drivers/tls/authority.ts';
import { RunCertificates, type ServerFiles } from '../../../src/drivers/tls/run-certificates.ts';
import { dualMirrorSpec } from '../../support/dual-mirror-spec.ts';

const HOUR_MS = 3_600_000;

describe('an authority', () => {
  it('issues certificates for names and addresses, for servers and clients, that it has signed', async () => {
    const [from, until] = [new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS)];
    const authority = await makeAuthority('test CA', from, until);
    const root = new X509Certificate(authority.certificate);
    const issued = await authority.issue({
      commonName: 'a/n1',
      hosts: ['localhost', '127.0.0.1'],
      notBefore: from,
      notAfter: until,
    });
    const certificate = new X509Certificate(issued.certificate);
    expect(root.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.checkIssued(root)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('elsewhere')).toBeUndefined();
    expect(issued.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });
});

describe('the certificates of a run', () => {
  let folder: string;
  const written = new Map<string, ServerFiles>();
  const node = (address: string) => ({
    address,
    client: '127.0.0.1:1',
    hosts: ['localhost', address],
    put: (files: ServerFiles) => {
      written.set(address, files);
      return Promise.resolve();
    },
    reload: () => Promise.resolve(),
  });
  const certificateOf = (address: string): X509Certificate =>
    new X509Certificate(written.get(address)?.certificate ?? '');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'certificates-'));
    written.clear();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const made = async (verify: boolean): Promise<RunCertificates> => {
    const certificates = new RunCertificates('r1', folder, {
      ...dualMirrorSpec(),
      tls: { clients: { verify } },
    });
    await certificates.make([node('a/n1'), node('a/n2')]);
    await certificates.write();
    return certificates;
  };

  it('are files that only their owner may read, with one for clients where servers ask for it', async () => {
    const { access } = await made(true);
    for (const path of [access.caFile, access.certFile, access.keyFile])
      expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
    expect((await made(false)).access).toEqual({ caFile: access.caFile });
  });

  it('have the flaw that was asked for, and are good again afterwards', async () => {
    const certificates = await made(false);
    const good = certificateOf('a/n1').serialNumber;
    const root = new X509Certificate(written.get('a/n1')?.authorities ?? '');

    await certificates.spoil('a/n1', 'expired');
    expect(Date.parse(certificateOf('a/n1').validTo)).toBeLessThan(Date.now());
    expect(certificateOf('a/n1').verify(root.publicKey)).toBe(true);

    await certificates.spoil('a/n1', 'wrong-host');
    expect(certificateOf('a/n1').checkHost('localhost')).toBeUndefined();
    expect(Date.parse(certificateOf('a/n1').validTo)).toBeGreaterThan(Date.now());

    await certificates.spoil('a/n1', 'unknown-authority');
    expect(certificateOf('a/n1').checkHost('localhost')).toBe('localhost');
    expect(certificateOf('a/n1').verify(root.publicKey)).toBe(false);

    await certificates.restore('a/n1');
    await certificates.restore('a/n1');
    expect(certificateOf('a/n1').serialNumber).toBe(good);
    expect(certificates.writtenAt('a/n1')).toBeGreaterThan(0);
    expect(certificates.writtenAt('a/n2')).toBe(0);
  });

  it('change their authority with a time in which both are trusted', async () => {
    const certificates = await made(true);
    const count = (text: string | undefined): number => text?.match(/BEGIN CERTIFICATE/g)?.length ?? 0;
    const trusted = (): number[] => [...written.values()].map(({ authorities }) => count(authorities));
    const before = certificateOf('a/n1').issuer;

    await certificates.trustNewAuthority();
    expect(trusted()).toEqual([2, 2]);
    expect(certificateOf('a/n1').issuer).toBe(before);

    await certificates.renew('a/n1');
    expect(certificateOf('a/n1').issuer).not.toBe(before);
    expect(certificateOf('a/n2').issuer).toBe(before);

    await certificates.trustNewestAuthorityOnly();
    expect(trusted()).toEqual([1, 1]);
    const root = new X509Certificate(written.get('a/n1')?.authorities ?? '');
    expect(certificateOf('a/n1').verify(root.publicKey)).toBe(true);
    expect(certificateOf('a/n2').verify(root.publicKey)).toBe(false);

    const client = (): X509Certificate =>
      new X509Certificate(readFileSync(certificates.access.certFile ?? ''));
    expect(client().verify(root.publicKey)).toBe(false);
    await certificates.renewClients();
    expect(client().verify(root.publicKey)).toBe(true);
    certificates.writeClientTrust();
    expect(count(readFileSync(certificates.access.caFile ?? '', 'utf8'))).toBe(1);
  });
});
