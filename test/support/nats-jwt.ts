import { randomBytes } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** The keys and JWTs of an operator, as `nsc` makes them. */
export interface OperatorMode {
  /** The lines of a server's configuration: its operator, its accounts, its system account. */
  config: string;
  /** A credentials file of a new user. @param expires seconds since 1970; left out: never */
  credentials(account: 'SYS' | 'APP', expires?: number): string;
  /** One of an account that no operator of these servers knows. */
  foreign(): string;
}

export function makeOperatorMode(): OperatorMode {
  const [operator, system, app] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const accounts = { SYS: system, APP: app };
  const jwtOf = (name: 'SYS' | 'APP'): string => accountJwt(operator, accounts[name], name);
  const preload = [system, app].map((key, i) => `${key.getPublicKey()}: ${jwtOf(i === 0 ? 'SYS' : 'APP')}`);
  return {
    config: [
      `operator: ${operatorJwt(operator, system)}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: {\n${preload.join('\n')}\n}`,
    ].join('\n'),
    credentials: (account, expires) => credentialsOf(accounts[account], expires),
    foreign: () => credentialsOf(nkeys.createAccount()),
  };
}

/** The seed of a new user, and its public key. */
export function makeUser(): { seed: string; publicKey: string } {
  const user = nkeys.createUser();
  return { seed: seedOf(user), publicKey: user.getPublicKey() };
}

function operatorJwt(operator: KeyPair, system: KeyPair): string {
  const nats = { type: 'operator', version: 2, system_account: system.getPublicKey() };
  return jwt(operator, { sub: operator.getPublicKey(), name: 'operator', nats });
}

function accountJwt(operator: KeyPair, account: KeyPair, name: string): string {
  const unlimited = {
    subs: -1,
    data: -1,
    payload: -1,
    imports: -1,
    exports: -1,
    wildcards: true,
    conn: -1,
    leaf: -1,
  };
  const storage =
    name === 'SYS'
      ? {}
      : { conn: 100, mem_storage: -1, disk_storage: 64 * 1024 ** 2, streams: 20, consumer: -1 };
  const nats = {
    type: 'account',
    version: 2,
    limits: { ...unlimited, ...storage },
    default_permissions: { pub: {}, sub: {} },
  };
  return jwt(operator, { sub: account.getPublicKey(), name, nats });
}

function credentialsOf(account: KeyPair, expires?: number): string {
  const user = nkeys.createUser();
  const nats = { type: 'user', version: 2, subs: -1, data: -1, payload: -1, pub: {}, sub: {} };
  const claims = {
    sub: user.getPublicKey(),
    name: 'user',
    nats,
    ...(expires === undefined ? {} : { exp: expires }),
  };
  const block = (title: string, text: string): string =>
    `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n\n`;
  return block('NATS USER JWT', jwt(account, claims)) + block('USER NKEY SEED', seedOf(user));
}

function jwt(issuer: KeyPair, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const common = {
    jti: randomBytes(20).toString('hex'),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
  };
  const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...common, ...claims })}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString('base64url')}`;
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}
