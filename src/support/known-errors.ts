/** An error of NATS that many users meet: what it means, and what to do about it. */
export interface KnownError {
  /** One word for it; tests and documentation use it. */
  name: string;
  /** What the servers mean by it, without a full stop. */
  means: string;
  /** What to do about it, without a full stop. */
  remedy: string;
}

interface Pattern extends KnownError {
  pattern: RegExp;
}

/**
 * The texts of servers and of client libraries, the most specific first: the first match counts. Numbers in brackets are
 * the servers' `err_code`.
 */
const KNOWN: readonly Pattern[] = [
  {
    name: 'log-folder-missing',
    pattern: /error opening file: open .*: no such file or directory/,
    means: 'the folder of log_file is missing, so the server does not start',
    remedy: 'make the folder (in a container: inside it, or in the volume), or leave log_file out',
  },
  {
    name: 'store-folder',
    pattern: /could not create storage directory|storage directory is not (writable|a directory)/,
    means: 'the server cannot write to its store_dir',
    remedy: 'give the user of the server the right to write there, or name another store_dir',
  },
  {
    name: 'port-taken',
    pattern: /bind: address already in use/,
    means: 'another program listens on the port already',
    remedy: 'stop it, or choose another port; `chaos run --free-ports` takes free ones',
  },
  {
    name: 'no-suitable-peers',
    pattern: /no suitable peers for placement|\(10005\)/i,
    means: 'no set of servers can hold the replicas that were asked for',
    remedy:
      'ask for no more replicas than servers of the cluster are up, and look at the placement tags and at the free storage of each',
  },
  {
    name: 'not-clustered',
    pattern: /replicas > 1 not supported in non-clustered mode|\(10074\)/i,
    means: 'a server that stands alone holds one replica',
    remedy: 'ask for 1 replica, or give the server a `cluster` block with routes',
  },
  {
    name: 'insufficient-resources',
    pattern:
      /insufficient (memory |storage )?resources|resource limits exceeded|JetStream out of (\w+ )?resources|\((10023|10047|10028|10002)\)/i,
    means: 'the limits on what JetStream may store are used up, or are smaller than what was asked for',
    remedy:
      'raise max_file_store or max_memory_store of the servers, or the limits of the account; or store less. A server that has disabled JetStream needs a restart',
  },
  {
    name: 'jetstream-not-enabled-for-account',
    pattern: /JetStream not enabled for account|\(10039\)/i,
    means: 'this account may not use JetStream',
    remedy:
      'set `jetstream: enabled` in the account, or connect as a user of another one; the system account never has it',
  },
  {
    name: 'jetstream-not-enabled',
    pattern: /jetstream (is )?not enabled|\(10076\)/i,
    means: 'the servers that answer have no JetStream',
    remedy:
      'give the servers a `jetstream` block. A server with a `cluster` block but without routes does not start it',
  },
  {
    name: 'no-meta-leader',
    pattern: /JetStream system temporarily unavailable|\(10008\)/i,
    means: 'JetStream has no meta leader now, or it is just being elected',
    remedy: 'wait some seconds; if it lasts, more than half of the servers must be up and reach one another',
  },
  {
    name: 'stream-not-found',
    pattern: /stream not found|no stream matches subject|\(10059\)/i,
    means: 'there is no such stream in this account and domain',
    remedy:
      'make it first, or correct its name; each account and each JetStream domain has streams of its own, and a mirror needs its origin',
  },
  {
    name: 'consumer-not-found',
    pattern: /consumer not found|\(10014\)/i,
    means: 'the stream has no such consumer',
    remedy:
      'make it first, or correct its name; one that nobody used may have been removed by inactiveThreshold',
  },
  {
    name: 'credentials-expired',
    pattern: /user authentication (expired|revoked)|account authentication expired|claim is expired/i,
    means: 'the JWT of the user or of its account is valid no longer',
    remedy: 'issue a new credentials file',
  },
  {
    name: 'permissions-violation',
    pattern: /permissions violation/i,
    means: 'the user may not publish or subscribe there',
    remedy:
      'extend its permissions; a JetStream client needs $JS.API.> and $JS.ACK.> to publish, and _INBOX.> to subscribe',
  },
  {
    name: 'authorization-violation',
    pattern: /authorization violation|^authentication error\b|authorization timeout|nkeys? (not )?supported/i,
    means: 'the server refuses who the client says it is',
    remedy:
      'check the user and the password, token, NKey or credentials file, and that the server at this address has this user',
  },
  {
    name: 'certificate',
    pattern:
      /x509: |asks clients for a certificate|tls: (bad certificate|certificate required|unknown certificate|failed to verify)|self[- ]signed certificate|unable to (verify the first|get local issuer) certificate|certificate has expired|Hostname\/IP does not match|alert (bad certificate|certificate required|unknown ca)/i,
    means: 'one side does not accept the certificate of the other',
    remedy:
      'name the right authority (`ca`) and, if the servers ask for one, the certificate and key of the client; a certificate must be valid for the host that is dialled',
  },
  {
    name: 'leafnode-loop',
    pattern: /loop detected/i,
    means: 'two ways of leafnode links lead to the same place in one account',
    remedy: 'leave one of the links out, or let it join another account',
  },
  {
    name: 'no-servers-available',
    pattern:
      /no servers available|ECONNREFUSED|connection refused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|no such host/i,
    means: 'no server could be reached at the address',
    remedy:
      'check that the server runs, that the host and the port are right, and that the port is published where the runner is',
  },
  {
    name: 'no-responders',
    pattern: /no responders(: '\$JS\.API|[^:]*$)/,
    means: 'nobody listens on the subject that was asked on',
    remedy:
      'for $JS.API: JetStream is off in this account, its leader is not elected yet, or no link leads to its domain',
  },
];

/** The error in a text of a server or a client library; undefined for one that is not in the table. */
export function knownError(text: string): KnownError | undefined {
  return KNOWN.find(({ pattern }) => pattern.test(text));
}

/** What it means and what to do, in one line. */
export function explainKnownError({ means, remedy }: KnownError): string {
  return `${means}: ${remedy}`;
}

/** The names of all of them. */
export const KNOWN_ERRORS: readonly string[] = KNOWN.map(({ name }) => name);
