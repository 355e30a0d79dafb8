import type { EnvironmentSpec, ServiceSpec } from '../../src/drivers/spec.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';

/** With every answer it writes another part of a file, so that it has memory to be taken from it, and needs it again. */
const WRITER = `
  const { openSync, writeSync } = require('node:fs');
  const [, port, host, path] = process.argv;
  const [part, file] = [Buffer.alloc(65536, 1), openSync(path, 'w')];
  let parts = 0;
  require('node:http').createServer((_, response) => {
    writeSync(file, part, 0, part.length, (parts++ % 512) * part.length);
    response.end('ok');
  }).listen(Number(port), host);
`;

const PROGRAM = [process.execPath, '-e', WRITER, '${port.http}', '${listen}', '${data}/written'];

/** A service that memory can be taken from without ending it, as a process and in a container. */
const writer: ServiceSpec = {
  name: 'writer',
  command: PROGRAM,
  container: { image: '', command: PROGRAM, build: { programs: [process.execPath], copy: [] } },
  replicas: 1,
  ports: { http: 'free' },
  env: {},
  files: {},
  links: [],
  dependsOn: [],
  health: { kind: 'http', port: 'http', path: '/', status: 200 },
  readyWithinMs: 30_000,
  here: '/',
};

type Case = [kind: string, options: Record<string, unknown>];

const LIMITS: Case[] = [
  ['memory-limit', { nodes: 'writer', share: 0.9 }],
  ['cpu-limit', { nodes: 'writer/1', share: 0.05 }],
];

/**
 * Limits and losses that need root or the like: what the environment needs for them, and cases; none of it on a machine
 * that cannot.
 *
 * @param losses links by their two sides, some between services and some to NATS
 */
export function serviceLimits(losses: readonly (readonly [string, string])[]): {
  withLimits: (spec: EnvironmentSpec) => EnvironmentSpec;
  cases: Case[];
} {
  if (isLeftOut('service-limits')) return { withLimits: (spec) => spec, cases: [] };
  return {
    withLimits: (spec) => ({
      ...spec,
      limits: ['cpu', 'memory'],
      packets: true,
      services: [...(spec.services ?? []), writer],
    }),
    cases: [
      ...LIMITS,
      ...losses.map((between): Case => ['packet-loss', { between, share: 0.2, direction: 'both' }]),
      ...losses
        .slice(0, 1)
        .map((between): Case => ['packet-loss', { between, share: 0.3, direction: 'backward' }]),
    ],
  };
}
