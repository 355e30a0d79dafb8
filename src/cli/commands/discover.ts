import { statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { noteText, type DiscoveredSystem } from '../../discover/model.ts';
import { withOneDomain } from '../../discover/one-domain.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { loginOf, type Login, type LoginOptions } from '../discover/login.ts';
import type { EnvironmentHead, Deployment } from '../discover/environment-text.ts';
import { validText } from '../discover/valid-text.ts';
import { ExitCode } from '../exit-codes.ts';
import { writeForm } from '../forms/form-files.ts';
import { schemaLink } from '../init/schema-link.ts';
import { complain, printJson, write } from '../output.ts';

export interface DiscoverOptions extends LoginOptions {
  as?: 'attached' | 'started' | 'compose';
  name?: string;
  nats?: string;
  out: string;
  json?: boolean;
}

/**
 * `chaos discover`: writes the environment of what runs, or of what files say would run. Changes nothing but the file that
 * it writes.
 */
export async function discoverCommand(where: string[], options: DiscoverOptions): Promise<number> {
  const folder = options.out === '-' ? resolve('environments') : dirname(resolve(options.out));
  const login = loginOf(options, process.env, folder);
  const found = await discovered(where, options, login, folder);
  if (options.json === true) {
    printJson(found.system);
    return ExitCode.pass;
  }
  // Attached clusters state no domain.
  const stated = found.deployment.kind === 'attached' ? found.system : withOneDomain(found.system);
  const { text, system } = validText(stated, found.deployment, {
    ...found.head,
    origin: where.map((one) => (isUrl(one) ? one : relative(process.cwd(), resolve(one)))).join(', '),
    schema: schemaLink(dirname(folder), packageFolder()).from(folder, 'environment'),
  });
  if (options.out === '-') write(text);
  else writeForm(options.out, text);
  for (const note of system.notes) complain(noteText(note));
  complain(outcome(system, options.out));
  return ExitCode.pass;
}

interface Found {
  system: DiscoveredSystem;
  deployment: Deployment;
  head: Pick<EnvironmentHead, 'name' | 'title' | 'secrets'>;
}

async function discovered(
  where: readonly string[],
  options: DiscoverOptions,
  login: Login,
  folder: string,
): Promise<Found> {
  const urls = where.filter(isUrl);
  if (urls.length > 0 && urls.length < where.length)
    throw new ChaosError('usage', 'expected addresses of servers or files, and not both');
  return urls.length > 0 ? running(urls, options, login) : inFiles(where, options, folder);
}

async function running(urls: readonly string[], options: DiscoverOptions, login: Login): Promise<Found> {
  if (options.as === 'compose')
    throw new ChaosError(
      'usage',
      '--as compose is for a compose file; servers that run are attached or started',
    );
  const { discoverServers } = await import('../../discover/live/discover-servers.ts');
  const { access, user, secrets, tls } = login;
  const found = await discoverServers({
    addresses: urls.map(addressOf),
    access,
    ...(user === undefined ? {} : { user }),
    signal: new AbortController().signal,
  });
  const name = options.name ?? 'discovered';
  if (options.as !== 'started') {
    const deployment: Deployment = { kind: 'attached', ...(tls === undefined ? {} : { tls }) };
    return { system: found, deployment, head: { name, title: titleOf(found, 'as they run'), secrets } };
  }
  const { asStarted } = await import('../../discover/as-started.ts');
  const nats = options.nats ?? found.clusters[0]?.versions[0] ?? 'latest';
  const head = { name, title: titleOf(found, 'the like of what runs'), secrets: {} };
  return { system: asStarted(found), deployment: { kind: 'started', nats }, head };
}

async function inFiles(files: readonly string[], options: DiscoverOptions, folder: string): Promise<Found> {
  for (const file of files)
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
      throw new ChaosError(
        'usage',
        `there is no file ${file}; expected nats://host:port, http://host:port or a file`,
      );
  const isCompose = files.some((file) => /\.ya?ml$/.test(file));
  if (options.as === 'attached')
    throw new ChaosError('usage', '--as attached is for servers that run: give their address');
  if (isCompose) {
    if (!files.every((file) => /\.ya?ml$/.test(file)))
      throw new ChaosError('usage', 'expected compose files or configurations of nats-server, and not both');
    return inCompose(files, options, folder);
  }
  if (options.as === 'compose') throw new ChaosError('usage', '--as compose is for a compose file');
  const { discoverConfigurations } = await import('../../discover/files/discover-configurations.ts');
  const { asStarted } = await import('../../discover/as-started.ts');
  const system = discoverConfigurations(
    files.map((file) => resolve(file)),
    process.env,
    process.cwd(),
  );
  const nats = options.nats ?? 'latest';
  const head = {
    name: options.name ?? 'discovered',
    title: titleOf(system, 'as their configurations say'),
    secrets: {},
  };
  return { system: asStarted(system), deployment: { kind: 'started', nats }, head };
}

async function inCompose(files: readonly string[], options: DiscoverOptions, folder: string): Promise<Found> {
  const { discoverCompose } = await import('../../discover/files/discover-compose.ts');
  const paths = files.map((file) => resolve(file));
  const found = discoverCompose(paths, process.env, process.cwd());
  const { system, image, clientPort, monitorPort, problem } = found;
  if (system.clusters.length === 0) throw new ChaosError('invalid', system.notes.map(noteText).join('\n'));
  const head = {
    name: options.name ?? 'discovered',
    title: titleOf(system, 'as the compose file has them'),
    secrets: {},
  };
  if (options.as === 'compose' && problem !== undefined) throw new ChaosError('usage', problem);
  if (options.as !== 'started' && problem === undefined) {
    const file = relative(folder, paths[0] ?? '')
      .split(sep)
      .join('/');
    return { system, deployment: { kind: 'compose', file, clientPort, monitorPort }, head };
  }
  const { asStarted } = await import('../../discover/as-started.ts');
  // Whoever asked for a system that is started need not be informed why the file cannot be.
  const notes = problem === undefined || options.as === 'started' ? [] : [{ text: problem }];
  return {
    system: asStarted({ ...system, notes: [...notes, ...system.notes] }),
    deployment: { kind: 'started', nats: options.nats ?? image ?? 'latest' },
    head,
  };
}

function isUrl(where: string): boolean {
  return /^[a-z]+:\/\//i.test(where);
}

/** `host:port` of a nats URL; an http URL as it is. @throws ChaosError `usage` */
function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.hostname === '')
    throw new ChaosError('usage', `${url} is no address; expected nats://host:port`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new ChaosError(
      'usage',
      'an address has no login in it, as others on this machine can read command lines: expected --user, and the password in NATS_PASSWORD',
    );
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return url;
  if (!['nats:', 'tls:'].includes(parsed.protocol))
    throw new ChaosError('usage', `${url}: expected nats://, tls://, http:// or https://`);
  return `${parsed.hostname}:${parsed.port === '' ? 4222 : parsed.port}`;
}

function titleOf({ clusters, streams }: DiscoveredSystem, how: string): string {
  const servers = clusters.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const many = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `${many(servers, 'server')} in ${many(clusters.length, 'cluster')} with ${many(streams.length, 'stream')}, ${how}`;
}

function outcome(
  { clusters, accounts, links, streams, consumers, notes }: DiscoveredSystem,
  out: string,
): string {
  const many = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  const parts = [
    many(
      clusters.reduce((sum, { nodes }) => sum + nodes.length, 0),
      'server',
    ),
    many(clusters.length, 'cluster'),
    many(accounts.length, 'account'),
    many(links.length, 'link'),
    many(streams.length, 'stream'),
    many(consumers.length, 'consumer'),
  ];
  const where = out === '-' ? '' : `wrote ${join(out)}: `;
  const rest = notes.length === 0 ? '' : `; ${many(notes.length, 'note')}, also in the file`;
  return `${where}${parts.join(', ')}${rest}`;
}
