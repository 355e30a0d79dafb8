/** Paths of PEM files; they are read again for every connection, so that certificates can be rotated. */
export interface TlsAccess {
  /** The authorities that are trusted. */
  caFile?: string;
  /** The client's own certificate and its key. */
  certFile?: string;
  keyFile?: string;
  /** Accepts any certificate: for connections that must survive faults on certificates. */
  unchecked?: true;
}
