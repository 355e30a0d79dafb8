import { readFileSync } from 'node:fs';
import type { QueueAccess } from '../../nats/queue/queue.ts';
import { DEFAULT_PREFIX, PREFIX_PATTERN } from '../../fleet/names.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { secrecy } from '../secrecy.ts';

/** Options of every command that uses a queue. Passwords and tokens come by the environment or files, never by the command line. */
export interface QueueOptions {
  queue?: string;
  queuePrefix?: string;
  queueCreds?: string;
  queueNkey?: string;
  queueCa?: string;
  queueCert?: string;
  queueKey?: string;
}

/** Variables that say the same; a worker does not hand them to the runs that it carries out. */
export const QUEUE_VARIABLES = 'NATS_CHAOS_QUEUE';

const DEFAULT_PORT = 4222;

/**
 * Where the queue is, and how to prove who asks.
 *
 * @returns undefined when no queue is named
 * @throws ChaosError `usage` for an address or prefix that is none, and for credentials of two kinds
 */
export function queueAccess(options: QueueOptions, env: NodeJS.ProcessEnv): QueueAccess | undefined {
  const chosen = (option: string | undefined, name: string): string | undefined =>
    option ?? nonEmpty(env[name === '' ? QUEUE_VARIABLES : `${QUEUE_VARIABLES}_${name}`]);
  const urls = chosen(options.queue, '');
  if (urls === undefined) return undefined;
  const addresses = urls.split(',').map((url) => addressOf(url.trim()));
  const files = {
    caFile: chosen(options.queueCa, 'CA'),
    certFile: chosen(options.queueCert, 'CERT'),
    keyFile: chosen(options.queueKey, 'KEY'),
  };
  const needsTls =
    addresses.some(({ tls }) => tls) || Object.values(files).some((file) => file !== undefined);
  const secret = (name: string): string | undefined => secretOf(env, `${QUEUE_VARIABLES}_${name}`);
  const proof = defined({
    user: chosen(undefined, 'USER'),
    pass: secret('PASSWORD'),
    token: secret('TOKEN'),
    nkeyFile: chosen(options.queueNkey, 'NKEY'),
    credentialsFile: chosen(options.queueCreds, 'CREDS'),
  });
  checkProof(proof);
  return {
    servers: addresses.map(({ address }) => address),
    prefix: prefixOf(chosen(options.queuePrefix, 'PREFIX')),
    ...proof,
    ...(needsTls ? { tls: defined(files) } : {}),
  };
}

/** @throws ChaosError `usage` when no queue is named */
export function neededQueue(options: QueueOptions, env: NodeJS.ProcessEnv): QueueAccess {
  const access = queueAccess(options, env);
  if (access !== undefined) return access;
  throw new ChaosError('usage', 'no queue is named', {
    hint: `give --queue nats://host:4222, or set ${QUEUE_VARIABLES}`,
  });
}

function addressOf(url: string): { address: string; tls: boolean } {
  const match = /^(?:(nats|tls):\/\/)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(url);
  if (match?.[2] !== undefined)
    return { address: `${match[2]}:${match[3] ?? DEFAULT_PORT}`, tls: match[1] === 'tls' };
  const hint = url.includes('@')
    ? `everybody on the machine can read a command line: set ${QUEUE_VARIABLES}_USER and ${QUEUE_VARIABLES}_PASSWORD (or ${QUEUE_VARIABLES}_PASSWORD_FILE) instead`
    : 'several servers are separated by commas';
  // What is wrong may be a password, which must not be printed.
  throw new ChaosError('usage', 'the queue is no address; expected such as nats://host:4222', { hint });
}

function prefixOf(prefix = DEFAULT_PREFIX): string {
  if (PREFIX_PATTERN.test(prefix)) return prefix;
  throw new ChaosError(
    'usage',
    `"${prefix}" cannot begin the names of a queue; expected capital letters, digits and _, such as TEAM_A`,
  );
}

/** A secret of the environment, or of the file that the environment names, as orchestrators mount them. */
function secretOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = nonEmpty(env[`${name}_FILE`]);
  const secret = file === undefined ? nonEmpty(env[name]) : readSecret(file, `${name}_FILE`);
  if (secret !== undefined) secrecy.learn([secret]);
  return secret;
}

function readSecret(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    throw new ChaosError('usage', `${variable}: ${messageOf(thrown)}`);
  }
}

function checkProof(
  proof: Pick<QueueAccess, 'user' | 'pass' | 'token' | 'nkeyFile' | 'credentialsFile'>,
): void {
  if ((proof.user === undefined) !== (proof.pass === undefined))
    throw new ChaosError('usage', `a user of the queue needs both ${QUEUE_VARIABLES}_USER and _PASSWORD`);
  const { user, token, nkeyFile, credentialsFile } = proof;
  const kinds = Object.entries({ user, token, nkeyFile, credentialsFile }).filter(
    ([, one]) => one !== undefined,
  );
  if (kinds.length > 1) {
    throw new ChaosError('usage', `the queue's credentials are of ${kinds.length} kinds; expected one`, {
      hint: 'a user with a password, a token, the file of an NKey, or a credentials file',
    });
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
