import { describe, expect, it } from 'vitest';
import { ChaosError } from '../../src/support/errors.ts';
import { explainKnownError, KNOWN_ERRORS, knownError } from '../../src/support/known-errors.ts';
import { asChaosError } from '../../src/support/system-errors.ts';

/** Texts as nats-server and client libraries write them. */
const REAL: readonly (readonly [name: string, text: string])[] = [
  [
    'log-folder-missing',
    '2026/11/30 05:00:00 error opening file: open /data/logs/nats-node1.log: no such file or directory',
  ],
  [
    'store-folder',
    "Can't start JetStream: could not create storage directory - mkdir /data: permission denied",
  ],
  ['store-folder', "Can't start JetStream: storage directory is not writable"],
  [
    'port-taken',
    'Error listening on port: 0.0.0.0:4222, "listen tcp 0.0.0.0:4222: bind: address already in use"',
  ],
  ['no-suitable-peers', 'STREAM.CREATE.orders: no suitable peers for placement, peer offline (10005)'],
  ['no-suitable-peers', 'no suitable peers for placement, insufficient storage'],
  ['not-clustered', 'STREAM.CREATE.s: replicas > 1 not supported in non-clustered mode (10074)'],
  ['insufficient-resources', 'STREAM.CREATE.s: insufficient storage resources available (10047)'],
  ['insufficient-resources', 'insufficient memory resources available'],
  ['insufficient-resources', 'STREAM.CREATE.s: insufficient resources (10023)'],
  ['insufficient-resources', 'JetStream file resource limits exceeded for account: "APP"'],
  ['insufficient-resources', 'JetStream memory resource limits exceeded for server'],
  ['insufficient-resources', 'JetStream out of resources, will be DISABLED'],
  ['insufficient-resources', 'JetStream out of File resources, will be DISABLED'],
  [
    'insufficient-resources',
    'Retrying cluster placement for stream \'APP > orders\' due to insufficient resources in cluster "east"',
  ],
  ['jetstream-not-enabled-for-account', 'INFO: JetStream not enabled for account (10039)'],
  ['jetstream-not-enabled', 'INFO: JetStream not enabled (10076)'],
  ['jetstream-not-enabled', 'jetstream is not enabled'],
  ['no-meta-leader', 'STREAM.CREATE.s: JetStream system temporarily unavailable (10008)'],
  ['stream-not-found', 'STREAM.INFO.orders: stream not found (10059)'],
  ['stream-not-found', 'nats: no stream matches subject'],
  ['consumer-not-found', 'CONSUMER.INFO.orders.billing: consumer not found (10014)'],
  ['credentials-expired', 'User Authentication Expired'],
  ['permissions-violation', 'Permissions Violation for Publish to "$JS.API.STREAM.CREATE.orders"'],
  [
    'authorization-violation',
    "connection of nats-chaos to 127.0.0.1:4222: not within 5s: 'Authorization Violation'",
  ],
  ['authorization-violation', 'authentication error - User "app"'],
  [
    'authorization-violation',
    'authentication error - Nkey "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"',
  ],
  [
    'certificate',
    'TLS handshake error: tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'certificate',
    'connection of x to 127.0.0.1:4222: not within 5s: self-signed certificate in certificate chain',
  ],
  ['certificate', 'unable to verify the first certificate'],
  ['leafnode-loop', 'Loop detected for leafnode account="APP". Delaying attempt to reconnect for 30s'],
  ['no-servers-available', 'nats: error: nats: no servers available for connection'],
  [
    'no-servers-available',
    'connection of nats-chaos to 127.0.0.1:4222: not within 5s: connect ECONNREFUSED 127.0.0.1:4222',
  ],
  ['no-servers-available', 'getaddrinfo ENOTFOUND nats.example'],
  ['no-responders', "INFO: no responders: '$JS.API.INFO'"],
];

describe('errors of NATS that many users meet', () => {
  it.each(REAL)('%s: %s', (name, text) => {
    expect(knownError(text)?.name).toBe(name);
  });

  it('are all tried', () => {
    expect([...new Set(REAL.map(([name]) => name))].sort()).toEqual([...KNOWN_ERRORS].sort());
  });

  it.each([
    "JetStream cluster new stream leader for 'APP > orders'",
    'orders has replicas 1, and not 3',
    'Slow Consumer Detected: WriteDeadline of 10s exceeded with 12 chunks of 70 total bytes.',
    'the port 10059 is declared twice',
    'not within 5s: timeout',
  ])('are not seen where there is none: %s', (text) => {
    expect(knownError(text)).toBeUndefined();
  });

  it('are explained in one line, which says what to do', () => {
    for (const [, text] of REAL) {
      const line = explainKnownError(knownError(text)!);
      expect(line).toMatch(/^[^\n]{20,}: [^\n]{10,}[^.]$/);
      expect(line.length).toBeLessThan(260);
    }
  });
});

describe('the hint of an error', () => {
  it('is what to do about an error of NATS', () => {
    const thrown = new ChaosError('unavailable', "connection of x: not within 5s: 'Authorization Violation'");
    expect(asChaosError(thrown).hint).toMatch(
      /^the server refuses who the client says it is: check the user/,
    );
  });

  it('stays as it is where it is about this very error', () => {
    const thrown = new ChaosError('unavailable', 'bind: address already in use', {
      hint: 'stop the other one',
    });
    expect(asChaosError(thrown).hint).toBe('stop the other one');
  });

  it('has both where nothing became ready, and once only', () => {
    const thrown = new ChaosError('not-ready', 'stream not found (10059)', { hint: 'the logs say more' });
    const once = asChaosError(thrown);
    expect(once.hint).toMatch(/^there is no such stream .*; the logs say more$/);
    expect(asChaosError(once).hint).toBe(once.hint);
  });

  it('is left out for a wrong file, which says itself what was expected', () => {
    expect(asChaosError(new ChaosError('invalid', 'stream not found')).hint).toBeUndefined();
  });
});
