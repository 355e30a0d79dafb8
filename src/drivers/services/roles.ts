import { get } from 'node:http';
import net from 'node:net';
import type { Milliseconds } from '../../support/units.ts';
import type { RolesSpec } from '../spec.ts';

/** How long a replica may take to say its role. */
const ANSWER_MS: Milliseconds = 1_000;
/** What is asked for is a word: what is longer than this is something else. */
const MOST_BYTES = 65_536;

interface RoleSource {
  /** Name of a port → `host:port` at which the runner reaches it. */
  ports: Readonly<Record<string, string>>;
  /** What a command prints that ends with exit code 0, beside the replica; null for any other. */
  readonly outputOf: (command: readonly string[]) => Promise<string | null>;
}

/** The role that a replica says it has, one of the names; null when it says none. Never throws. */
export async function roleOf(roles: RolesSpec, { ports, outputOf }: RoleSource): Promise<string | null> {
  const said = await answerOf(roles, ports, outputOf).catch(() => null);
  const role = said?.trim() ?? '';
  return roles.names.includes(role) ? role : null;
}

async function answerOf(
  roles: RolesSpec,
  ports: RoleSource['ports'],
  outputOf: RoleSource['outputOf'],
): Promise<string | null> {
  if (roles.kind === 'command') return outputOf(roles.command);
  const [host = '', port = '0'] = (ports[roles.port] ?? '').split(':');
  const at = { host, port: Number(port) };
  return roles.kind === 'http' ? bodyOf(at, roles.path) : redisRole(at, roles.password);
}

function bodyOf(at: { host: string; port: number }, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get({ ...at, path, agent: false, timeout: ANSWER_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
        if (body.length > MOST_BYTES) request.destroy();
      });
      response.once('end', () => resolve(response.statusCode === 200 ? body : null));
    });
    const timer = setTimeout(() => request.destroy(), ANSWER_MS);
    request.once('error', () => resolve(null));
    request.once('close', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}

/** The answer to ROLE is a list that begins with the role; Redis still calls a replica a slave in it. */
const REDIS_ROLE = /\*\d+\r\n\$\d+\r\n(master|slave|sentinel)\r\n/;

function redisRole(at: { host: string; port: number }, password: string | undefined): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = net.connect(at);
    let answer = '';
    const finish = (role: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(role);
    };
    const timer = setTimeout(() => finish(null), ANSWER_MS);
    socket.setEncoding('utf8');
    socket.once('error', () => finish(null));
    socket.once('close', () => finish(null));
    socket.once('connect', () => {
      if (password !== undefined) socket.write(respOf(['AUTH', password]));
      socket.write(respOf(['ROLE']));
    });
    socket.on('data', (text: string) => {
      answer += text;
      const [, role] = REDIS_ROLE.exec(answer) ?? [];
      if (role !== undefined) finish(role === 'slave' ? 'replica' : role);
      else if (answer.startsWith('-') || answer.length > MOST_BYTES) finish(null);
    });
  });
}

/** A command in the protocol of Redis. */
function respOf(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}
