import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { DiscoveredUser } from '../../discover/model.ts';
import type { Access } from '../../nats/connect.ts';
import { ChaosError } from '../../support/errors.ts';

/** What the command line says about how to log in; secrets are in environment variables or in files. */
export interface LoginOptions {
  user?: string;
  passwordEnv: string;
  tokenEnv?: string;
  nkey?: string;
  creds?: string;
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
}

export interface Login {
  access: Access;
  /** How the same user is written in an environment. */
  user?: DiscoveredUser;
  /** Secrets of the environment, and the variables that hold them. */
  secrets: Record<string, string>;
  /** The fields of `attach: { tls }`. */
  tls?: Record<string, string>;
}

/** The only secret that a login has, as the environment calls it. */
const SECRET = 'SYSTEM_PASSWORD';

/**
 * How to connect, by one way of proving who it is: a user and its password, a token, an NKey or a credentials file.
 *
 * @param folder where the environment file will be: its paths are relative to it
 * @throws ChaosError `usage` for two ways at once, for an unset variable and for a file that is not there
 */
export function loginOf(options: LoginOptions, env: NodeJS.ProcessEnv, folder: string): Login {
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  // What the command line says goes before the variables, which are those of the nats command.
  const chosen = [options.user, options.tokenEnv, options.nkey, options.creds].filter(
    (one) => one !== undefined,
  );
  if (chosen.length > 1)
    throw new ChaosError('usage', 'expected one of --user, --token-env, --nkey and --creds, and not several');
  const asked = chosen.length > 0;
  const creds = options.creds ?? (asked ? undefined : set('NATS_CREDS'));
  const nkey = options.nkey ?? (asked || creds !== undefined ? undefined : set('NATS_NKEY'));
  const user =
    options.user ?? (asked || creds !== undefined || nkey !== undefined ? undefined : set('NATS_USER'));
  const tls = tlsOf(options, set, folder);
  const base = {
    secrets: {},
    ...(tls === undefined ? {} : { tls: tls.fields }),
  };
  const also = tls === undefined ? {} : { tls: tls.access };
  if (creds !== undefined) {
    const credentialsFile = existing('--creds', creds);
    const proof = { credentials: pathFrom(folder, credentialsFile) };
    return { ...base, access: { credentialsFile, ...also }, user: { name: 'system', proof } };
  }
  if (nkey !== undefined) {
    const nkeyFile = existing('--nkey', nkey);
    const proof = { nkey: pathFrom(folder, nkeyFile) };
    return { ...base, access: { nkeyFile, ...also }, user: { name: 'system', proof } };
  }
  if (options.tokenEnv !== undefined) {
    const token = variable('--token-env', options.tokenEnv, env);
    const proof = { token: `\${secrets.${SECRET}}` };
    return {
      ...base,
      secrets: { [SECRET]: options.tokenEnv },
      access: { token, ...also },
      user: { name: 'system', proof },
    };
  }
  if (user === undefined) return { ...base, access: also };
  const pass = variable('--password-env', options.passwordEnv, env);
  const proof = { password: `\${secrets.${SECRET}}` };
  return {
    ...base,
    secrets: { [SECRET]: options.passwordEnv },
    access: { user, pass, ...also },
    user: { name: user, proof },
  };
}

function variable(option: string, name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ChaosError('usage', `the environment variable ${name} is not set; ${option} names another one`);
}

function existing(option: string, file: string): string {
  const path = resolve(file);
  if (!existsSync(path)) throw new ChaosError('usage', `${option}: there is no file ${file}`);
  return path;
}

function tlsOf(
  { tlsCa, tlsCert, tlsKey }: LoginOptions,
  set: (name: string) => string | undefined,
  folder: string,
): { access: NonNullable<Access['tls']>; fields: Record<string, string> } | undefined {
  const files = [
    ['--tls-ca', 'ca', 'caFile', tlsCa ?? set('NATS_CA')],
    ['--tls-cert', 'certificate', 'certFile', tlsCert ?? set('NATS_CERT')],
    ['--tls-key', 'key', 'keyFile', tlsKey ?? set('NATS_KEY')],
  ] as const;
  const access: Record<string, string> = {};
  const fields: Record<string, string> = {};
  for (const [option, field, name, file] of files) {
    if (file === undefined) continue;
    const path = existing(option, file);
    access[name] = path;
    fields[field] = pathFrom(folder, path);
  }
  if ('certificate' in fields !== 'key' in fields)
    throw new ChaosError(
      'usage',
      'a certificate of clients comes with its key: expected --tls-cert and --tls-key',
    );
  return Object.keys(fields).length === 0 ? undefined : { access, fields };
}

function pathFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}
