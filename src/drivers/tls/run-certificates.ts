import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsAccess } from '../../nats/tls/access.ts';
import { presentedCertificate } from '../../nats/tls/handshake.ts';
import { allDone } from '../../support/all-done.ts';
import { ChaosError } from '../../support/errors.ts';
import type { CertificateFlaw, Certificates } from '../capabilities/certificates.ts';
import { tlsIn, type EnvironmentSpec } from '../spec.ts';
import { makeAuthority, type Authority, type KeyPair } from './authority.ts';

/** What one server finds when it starts or reloads, as PEM text. */
export interface ServerFiles {
  certificate: string;
  key: string;
  authorities: string;
}

/** A server that gets certificates. */
export interface CertifiedNode {
  address: string;
  /** `host:port` for clients, past the proxies. */
  client: string;
  /** Host names and addresses by which it is dialled, through proxies or not. */
  hosts: readonly string[];
  /** Writes the files to where the server reads them. */
  readonly put: (files: ServerFiles) => Promise<void>;
  /** Makes the server read its configuration and its files again; does nothing for one that is down. */
  readonly reload: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks of other machines may be behind. */
const BEFORE_MS = HOUR_MS;
const VALID_MS = 7 * DAY_MS;
const HANDSHAKE_MS = 2_000;
/** Nobody dials a server by this name. */
const WRONG_HOST = 'elsewhere.invalid';

/**
 * The certificates of a run: its own authority, one certificate for each server, and one for clients where servers ask
 * for it. Everything is made for the run and kept in its folder.
 */
export class RunCertificates implements Certificates {
  readonly #runId: string;
  readonly #folder: string;
  /** Whether any server asks clients for a certificate. */
  readonly #clientsShowOne: boolean;
  readonly #nodes = new Map<string, CertifiedNode>();
  /** Node → the certificate that clients accept. */
  readonly #good = new Map<string, KeyPair>();
  /** Node → the flawed certificate that it presents instead. */
  readonly #flawed = new Map<string, KeyPair>();
  /** Node → when its files were last written, ms since 1970. */
  readonly #writtenAt = new Map<string, number>();
  /** Those that everyone trusts; the last one issues certificates. */
  #authorities: Authority[] = [];
  #authoritiesMade = 0;

  /** @param folder where clients find their files; it is made, and goes with the run's folder */
  constructor(runId: string, folder: string, spec: Pick<EnvironmentSpec, 'tls' | 'clusters'>) {
    this.#runId = runId;
    this.#folder = join(folder, 'tls', 'clients');
    this.#clientsShowOne = spec.clusters.some(({ name }) => tlsIn(spec, name)?.clients?.verify === true);
  }

  /** Makes an authority, and a certificate for each node; their files are not written yet. */
  async make(nodes: readonly CertifiedNode[]): Promise<void> {
    this.#authorities = [await this.#newAuthority()];
    for (const node of nodes) {
      this.#nodes.set(node.address, node);
      this.#good.set(node.address, await this.#issueFor(node));
    }
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.writeClientTrust();
    await this.renewClients();
  }

  /** Writes the files of every node. */
  async write(): Promise<void> {
    await allDone([...this.#nodes.values()].map(({ address, put }) => put(this.filesOf(address))));
  }

  /** What a node is to find now. */
  filesOf(node: string): ServerFiles {
    const pair = this.#flawed.get(node) ?? this.#good.get(node);
    if (pair === undefined) throw new ChaosError('failed', `there is no certificate for ${node}`);
    return { ...pair, authorities: this.#trusted() };
  }

  /** How clients that check certificates connect. */
  get access(): TlsAccess {
    const { caFile, certFile, keyFile } = this.#clientFiles;
    return this.#clientsShowOne ? { caFile, certFile, keyFile } : { caFile };
  }

  presented(node: string): ReturnType<typeof presentedCertificate> {
    return presentedCertificate(this.#node(node).client, this.access, HANDSHAKE_MS);
  }

  writtenAt(node: string): number {
    return this.#writtenAt.get(node) ?? 0;
  }

  async spoil(node: string, flaw: CertificateFlaw): Promise<void> {
    const { hosts } = this.#node(node);
    const good = validFor(node, hosts);
    switch (flaw) {
      case 'expired': {
        const now = Date.now();
        const past = { notBefore: new Date(now - 2 * DAY_MS), notAfter: new Date(now - DAY_MS) };
        this.#flawed.set(node, await this.#issuer().issue({ ...good, ...past }));
        break;
      }
      case 'wrong-host':
        this.#flawed.set(node, await this.#issuer().issue({ ...good, hosts: [WRONG_HOST] }));
        break;
      case 'unknown-authority':
        this.#flawed.set(node, await (await this.#newAuthority()).issue(good));
        break;
    }
    await this.#load(node);
  }

  async restore(node: string): Promise<void> {
    this.#flawed.delete(node);
    await this.#load(node);
  }

  async renew(node: string): Promise<void> {
    this.#good.set(node, await this.#issueFor(this.#node(node)));
    this.#flawed.delete(node);
    await this.#load(node);
  }

  async renewClients(): Promise<void> {
    if (!this.#clientsShowOne) return;
    const client = await this.#issuer().issue(validFor('nats-chaos clients', ['localhost']));
    const { certFile, keyFile } = this.#clientFiles;
    write(certFile, client.certificate);
    write(keyFile, client.key);
  }

  async trustNewAuthority(): Promise<void> {
    this.#authorities = [...this.#authorities, await this.#newAuthority()];
    await this.#loadTrust();
  }

  async trustNewestAuthorityOnly(): Promise<void> {
    this.#authorities = this.#authorities.slice(-1);
    await this.#loadTrust();
  }

  writeClientTrust(): void {
    write(this.#clientFiles.caFile, this.#trusted());
  }

  async #loadTrust(): Promise<void> {
    await allDone([...this.#nodes.keys()].map((node) => this.#load(node)));
  }

  async #load(node: string): Promise<void> {
    const { put, reload } = this.#node(node);
    await put(this.filesOf(node));
    this.#writtenAt.set(node, Date.now());
    await reload();
  }

  #issueFor({ address, hosts }: CertifiedNode): Promise<KeyPair> {
    return this.#issuer().issue(validFor(address, hosts));
  }

  #issuer(): Authority {
    const newest = this.#authorities.at(-1);
    if (newest === undefined) throw new ChaosError('failed', 'the environment has no certificate authority');
    return newest;
  }

  #newAuthority(): Promise<Authority> {
    this.#authoritiesMade += 1;
    const { notBefore, notAfter } = validity();
    return makeAuthority(`nats-chaos ${this.#runId} CA ${this.#authoritiesMade}`, notBefore, notAfter);
  }

  #trusted(): string {
    return this.#authorities.map(({ certificate }) => certificate).join('\n');
  }

  get #clientFiles(): { caFile: string; certFile: string; keyFile: string } {
    const path = (name: string): string => join(this.#folder, name);
    return { caFile: path('ca.pem'), certFile: path('cert.pem'), keyFile: path('key.pem') };
  }

  #node(address: string): CertifiedNode {
    const node = this.#nodes.get(address);
    if (node === undefined) throw new ChaosError('failed', `there is no node ${address}`);
    return node;
  }
}

/** Only the owner may read it. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function validFor(commonName: string, hosts: readonly string[]) {
  return { commonName, hosts, ...validity() };
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - BEFORE_MS), notAfter: new Date(now + VALID_MS) };
}
