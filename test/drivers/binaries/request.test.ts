import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  describeRequest,
  parseRequest,
  satisfies,
  type WantedBinary,
} from '../../../src/drivers/binaries/request.ts';
import { TOOLS } from '../../../src/drivers/binaries/tools.ts';

const nats = TOOLS['nats-server'];
const toxiproxy = TOOLS['toxiproxy-server'];

test.each<[string | undefined, WantedBinary]>([
  ['2.12.3', { kind: 'exact', version: '2.12.3' }],
  ['v2.15.0-RC.1', { kind: 'exact', version: '2.15.0-RC.1' }],
  ['2.10', { kind: 'series', series: '2.10' }],
  ['v2', { kind: 'series', series: '2' }],
  ['latest', { kind: 'latest' }],
  [undefined, { kind: 'latest' }],
  ['/opt/nats-server', { kind: 'path', path: '/opt/nats-server', named: '/opt/nats-server' }],
  ['./2.12.3', { kind: 'path', path: join(process.cwd(), '2.12.3'), named: './2.12.3' }],
  ['~/nats', { kind: 'path', path: join(homedir(), 'nats'), named: '~/nats' }],
])('%j asks for %j', (wanted, parsed) => {
  expect(parseRequest(nats, wanted, {})).toEqual(parsed);
});

test.each(['2.x', '^2.10', '>=2', 'newest', ''])('%j is refused with what was expected', (wanted) => {
  expect(() => parseRequest(nats, wanted, {})).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: expect.stringContaining(`${JSON.stringify(wanted)} is no version: expected`) as string,
    }) as Error,
  );
});

test('the environment variable counts before a version and after a path', () => {
  const env = { NATS_SERVER_BIN: '/mine/nats-server', TOXIPROXY_BIN: '' };
  expect(parseRequest(nats, '2.12.3', env)).toMatchObject({ kind: 'path', path: '/mine/nats-server' });
  expect(parseRequest(nats, '/other', env)).toMatchObject({ kind: 'path', path: '/other' });
  expect(parseRequest(toxiproxy, undefined, env)).toMatchObject({ kind: 'at-least', minimum: '2.5.0' });
});

test('a pre-release will do only when it is named', () => {
  const rc = '2.15.0-RC.1';
  expect(satisfies(rc, { kind: 'exact', version: rc })).toBe(true);
  for (const wanted of [undefined, 'latest', '2', '2.15', '2.15.0']) {
    expect(satisfies(rc, parseRequest(nats, wanted, {})), String(wanted)).toBe(false);
  }
  expect(satisfies('2.13.0-rc1', parseRequest(toxiproxy, undefined, {}))).toBe(false);
});

test('any Toxiproxy from 2.5 will do', () => {
  const any = parseRequest(toxiproxy, undefined, {});
  expect(['2.4.9', '2.5.0', '2.12.0', '3.0.0'].map((version) => satisfies(version, any))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect(describeRequest(toxiproxy, any)).toBe('toxiproxy-server 2.5.0 or later');
});
