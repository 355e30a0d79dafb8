import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { ChaosError, messageOf } from '../../support/errors.ts';

/** A service of a compose file: what is used of it. */
export interface ComposeService {
  name: string;
  /** The line where it begins. */
  line: number;
  image: string;
  command: string[];
  entrypoint: string[];
  environment: Record<string, string>;
  /** Path inside → path on this machine. */
  files: Map<string, string>;
  /** Texts of configurations that the compose file itself contains, by their path inside. */
  texts: Map<string, string>;
  /** The names by which other services reach it. */
  hosts: string[];
  replicas: number;
  /** Ports inside that it publishes or exposes. */
  ports: number[];
  dependsOn: string[];
  /** Its health check, as `test` states it: `['CMD', …]` or `['CMD-SHELL', text]`; empty without one. */
  healthTest: string[];
  /** The folder that its image is built from; empty where it is not. */
  build: string;
}

type Fields = Record<string, unknown>;

/**
 * The services of a compose file, with its variables filled in from the environment and from `.env` beside it.
 *
 * @throws ChaosError `invalid` with the place of what is wrong
 */
export function composeServices(file: string, env: NodeJS.ProcessEnv, cwd: string): ComposeService[] {
  const shown = relative(cwd, file);
  const text = read(file);
  const variables = { ...envFile(join(dirname(file), '.env')), ...env };
  const root = parsed(interpolated(text, variables), shown);
  const services = fieldsOf(fieldsOf(root).services);
  if (Object.keys(services).length === 0)
    throw new ChaosError('invalid', `${shown}:1:1: this file has no services; expected a compose file`);
  const configs = fieldsOf(fieldsOf(root).configs);
  return Object.entries(services).map(([name, body]) =>
    serviceOf(name, fieldsOf(body), { text, folder: dirname(file), configs }),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ChaosError('invalid', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function parsed(text: string, shown: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA.withTags(mergeTag) });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    throw new ChaosError('invalid', `${shown}:${line + 1}:${column + 1}: ${error.reason}`);
  }
}

/** `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `$VAR`; `$$` is one `$`. What is not set is empty, as with compose. */
function interpolated(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(
    /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|([A-Za-z_]\w*))/g,
    (whole: string, ...groups: (string | undefined)[]): string => {
      const [braced, operator, other = '', plain] = groups;
      if (whole === '$$') return '$';
      const value = variables[braced ?? plain ?? ''];
      const isSet = value !== undefined && !(operator?.startsWith(':') === true && value === '');
      if (operator?.endsWith('+') === true) return isSet ? other : '';
      return isSet ? value : operator?.endsWith('-') === true ? other : '';
    },
  );
}

interface Around {
  text: string;
  folder: string;
  configs: Fields;
}

function serviceOf(name: string, body: Fields, { text, folder, configs }: Around): ComposeService {
  const files = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const volume of listOf(body.volumes)) {
    const [from, to] =
      typeof volume === 'string'
        ? (volume.split(':') as [string, string?])
        : [textIn(fieldsOf(volume).source), textIn(fieldsOf(volume).target)];
    if (to !== undefined && /^[./~]/.test(from)) files.set(to, join(folder, from));
  }
  for (const config of listOf(body.configs)) {
    const [source, target] =
      typeof config === 'string'
        ? [config, `/${config}`]
        : [textIn(fieldsOf(config).source), textIn(fieldsOf(config).target)];
    const { file, content } = fieldsOf(configs[source]);
    if (typeof file === 'string') files.set(target, join(folder, file));
    if (typeof content === 'string') texts.set(target, content);
  }
  return {
    name,
    line: lineOf(name, text),
    image: textIn(body.image),
    command: argumentsOf(body.command),
    entrypoint: argumentsOf(body.entrypoint),
    environment: { ...environmentFiles(body.env_file, folder), ...environmentOf(body.environment) },
    files,
    texts,
    hosts: [
      ...new Set([name, textIn(body.container_name), textIn(body.hostname), ...aliasesOf(body.networks)]),
    ].filter((host) => host !== ''),
    replicas: Number(fieldsOf(body.deploy).replicas ?? body.scale ?? 1) || 1,
    ports: portsOf(body.ports, body.expose),
    dependsOn: Array.isArray(body.depends_on)
      ? body.depends_on.map(String)
      : Object.keys(fieldsOf(body.depends_on)),
    healthTest: healthTestOf(fieldsOf(body.healthcheck)),
    build: textIn(body.build) || textIn(fieldsOf(body.build).context),
  };
}

/** Where the service begins: its key, alone on a line. */
function lineOf(name: string, text: string): number {
  const quoted = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const at = text.split('\n').findIndex((line) => new RegExp(`^\\s+["']?${quoted}["']?\\s*:`).test(line));
  return at + 1 || 1;
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`, `{ target: 80 }`: what is inside. A range is left out. */
function portsOf(published: unknown, exposed: unknown): number[] {
  const inside = [...listOf(published), ...listOf(exposed)].map((one) =>
    typeof one === 'object'
      ? Number(fieldsOf(one).target)
      : Number(
          String(one as string | number)
            .replace(/\/tcp$/, '')
            .split(':')
            .at(-1),
        ),
  );
  return [...new Set(inside.filter((port) => Number.isInteger(port) && port > 0 && port < 65_536))];
}

function healthTestOf({ test, disable }: Fields): string[] {
  if (disable === true) return [];
  if (typeof test === 'string') return ['CMD-SHELL', test];
  const words = listOf(test).map(String);
  return words[0] === 'NONE' ? [] : words;
}

/** A list, or a text that a shell would split. */
function argumentsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return [];
  return Array.from(value.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, a, b, c]) => a ?? b ?? c ?? '');
}

function environmentOf(value: unknown): Record<string, string> {
  if (Array.isArray(value)) return Object.fromEntries(value.map((line) => pairOf(String(line))));
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, one]) => [key, textIn(one)]));
}

function environmentFiles(value: unknown, folder: string): Record<string, string> {
  const names = listOf(value).map((one) => (typeof one === 'string' ? one : textIn(fieldsOf(one).path)));
  return Object.assign({}, ...names.map((name) => envFile(join(folder, name)))) as Record<string, string>;
}

/** The variables of a file of lines `NAME=value`; none when it is not there. */
function envFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  return Object.fromEntries(
    lines.filter((line) => /^\s*(export\s+)?[A-Za-z_]\w*\s*=/.test(line)).map((line) => pairOf(line.trim())),
  );
}

function pairOf(line: string): [string, string] {
  const [, name = '', value = ''] = /^(?:export\s+)?([^=\s]+)\s*=?\s*([\s\S]*)$/.exec(line) ?? [];
  return [name, value.replace(/^(["'])([\s\S]*)\1$/, '$2')];
}

function aliasesOf(networks: unknown): string[] {
  return Object.values(fieldsOf(networks)).flatMap((one) => listOf(fieldsOf(one).aliases).map(String));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function textIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
