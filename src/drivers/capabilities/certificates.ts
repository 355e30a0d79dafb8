import type { PresentedCertificate } from '../../nats/tls/handshake.ts';

/** What is wrong with a certificate, so that a client that checks it refuses the server. */
export type CertificateFlaw = 'expired' | 'wrong-host' | 'unknown-authority';

/** Changes the certificates of running servers. Each change writes files and makes the server reload (SIGHUP). */
export interface Certificates {
  /** The certificate that a node presents to a new client now; null when it does not answer. */
  presented(node: string): Promise<PresentedCertificate | null>;
  /** When the files of a node were last written, ms since 1970; 0 before the first change. */
  writtenAt(node: string): number;
  /** Gives a node a certificate with a flaw. */
  spoil(node: string, flaw: CertificateFlaw): Promise<void>;
  /** Gives a node its good certificate again. Idempotent. */
  restore(node: string): Promise<void>;
  /** Issues a new certificate for a node, by the newest authority. */
  renew(node: string): Promise<void>;
  /** Issues a new certificate for clients, where servers ask them for one. */
  renewClients(): Promise<void>;
  /** Makes a new authority, which issues from now on; all servers trust it beside the older ones. */
  trustNewAuthority(): Promise<void>;
  /** All servers trust the newest authority alone. */
  trustNewestAuthorityOnly(): Promise<void>;
  /** Clients trust the same authorities as the servers when they connect the next time. */
  writeClientTrust(): void;
}
