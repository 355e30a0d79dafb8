import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import { TOXIPROXY, type Tool, type ToolName } from './tools.ts';
import {
  compareVersions,
  inSeries,
  isPrerelease,
  parseSeries,
  parseVersion,
} from '../../support/versions.ts';

/** A request for a binary. `wanted`: `2.12.3`, `2.10`, `2`, `latest` or a path; left out: any that works. */
export interface BinaryRequest {
  tool: ToolName;
  wanted?: string | undefined;
}

/** A parsed request. */
export type WantedBinary =
  | { kind: 'path'; path: string; named: string }
  | { kind: 'exact'; version: string }
  | { kind: 'series'; series: string }
  | { kind: 'latest' }
  | { kind: 'at-least'; minimum: string; fetched: string };

/**
 * Parses a request. A path takes precedence over the tool's environment variable, and the variable over any version.
 *
 * @throws ChaosError `invalid` when the text is neither a version, a series, `latest` nor a path
 */
export function parseRequest(tool: Tool, wanted: string | undefined, env: NodeJS.ProcessEnv): WantedBinary {
  if (wanted !== undefined && looksLikePath(wanted)) {
    return { kind: 'path', path: absolute(wanted), named: wanted };
  }
  const fromEnv = env[tool.binaryVariable];
  if (fromEnv) return { kind: 'path', path: absolute(fromEnv), named: `${tool.binaryVariable}=${fromEnv}` };
  if (wanted === undefined) {
    return tool.name === 'toxiproxy-server' ? { kind: 'at-least', ...TOXIPROXY } : { kind: 'latest' };
  }
  return parseVersionRequest(tool, wanted);
}

/** Whether a version matches; a pre-release matches only when it is named exactly. */
export function satisfies(version: string, wanted: WantedBinary): boolean {
  switch (wanted.kind) {
    case 'path':
      return true;
    case 'exact':
      return version === wanted.version;
    case 'series':
      return inSeries(version, wanted.series);
    case 'latest':
      return !isPrerelease(version);
    case 'at-least':
      return !isPrerelease(version) && compareVersions(version, wanted.minimum) >= 0;
  }
}

/** The request in words: `nats-server 2.10.x`. */
export function describeRequest(tool: Tool, wanted: WantedBinary): string {
  switch (wanted.kind) {
    case 'path':
      return `${tool.name} (${wanted.named})`;
    case 'exact':
      return `${tool.name} ${wanted.version}`;
    case 'series':
      return `${tool.name} ${wanted.series}.x`;
    case 'latest':
      return `${tool.name} (latest)`;
    case 'at-least':
      return `${tool.name} ${wanted.minimum} or later`;
  }
}

function looksLikePath(text: string): boolean {
  return text.includes('/') || (process.platform === 'win32' && text.includes('\\'));
}

/** A shell expands `~` on a command line; in a file it is expanded here. */
function absolute(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(path);
}

function parseVersionRequest(tool: Tool, wanted: string): WantedBinary {
  if (wanted.trim() === 'latest') return { kind: 'latest' };
  const version = parseVersion(wanted);
  if (version !== undefined) return { kind: 'exact', version };
  const series = parseSeries(wanted);
  if (series !== undefined) return { kind: 'series', series };
  throw new ChaosError(
    'invalid',
    `${tool.name}: ${JSON.stringify(wanted)} is no version: expected one like 2.12.3, a series like 2.12, latest, or the path of a binary`,
    /^[\w.-]+$/.test(wanted) ? { hint: `for a file in this folder, write ./${wanted}` } : {},
  );
}
