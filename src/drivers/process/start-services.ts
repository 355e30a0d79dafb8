import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../../support/exec.ts';
import { isHealthy } from '../../support/health-check.ts';
import { fillPlaceholders } from '../../support/placeholders.ts';
import type { DriverContext } from '../driver.ts';
import { ChaosError } from '../../support/errors.ts';
import { noProxy } from '../links/proxies.ts';
import { logFile } from '../servers/log-file.ts';
import { HOST } from '../servers/topology.ts';
import type { ReplicaOperations } from '../services/operations.ts';
import { CHECK_MS, healthCheckOf, variablesOf } from '../services/health.ts';
import type { PlacedReplica } from '../services/place.ts';
import { placeholderValues } from '../services/values.ts';
import { effectiveChanges, type EnvironmentSpec } from '../spec.ts';
import { NOTE_AND_BECOME, sessionFile, sessionMark } from '../undo/sessions.ts';
import { makeMemoryGroup } from './memory-limits.ts';
import { ofNode, type RunningProcesses } from './running.ts';
import { ServerProcess } from './server-process.ts';

/** @param up what runs, and of what environment, at the moment of a call */
export function replicaProcesses(
  up: () => RunningProcesses,
  limits: () => EnvironmentSpec['limits'],
  { logFolder, signal }: Pick<DriverContext, 'logFolder' | 'signal'>,
): ReplicaOperations<PlacedReplica> {
  const processOf = (replica: PlacedReplica): ServerProcess => ofNode(up().servers, replica.address);
  return {
    replicas: () => up().replicas,
    counts: () => up().counts,
    portsOf: ({ ports }) => ports,
    isHealthy: (replica) => isReplicaHealthy(up(), replica),
    outputOf: (replica, command) => outputOf(up(), replica, command),
    start: (replica) => {
      const { servers } = up();
      if (!servers.has(replica.address))
        servers.set(replica.address, firstProcess(up(), limits(), replica, logFolder));
      processOf(replica).start();
      return Promise.resolve();
    },
    whyDown: (replica) => {
      const process = processOf(replica);
      return Promise.resolve(process.state() === 'down' ? process.exit : null);
    },
    stop: (replica) => processOf(replica).stop(),
    renew: (replica) => {
      if (up().servers.has(replica.address)) {
        writeFiles(up(), replica);
        const { args, env } = howToStart(up(), replica);
        processOf(replica).become('sh', { args, env });
      }
      return Promise.resolve();
    },
    reload: (replica, by) => {
      writeFiles(up(), replica);
      processOf(replica).signal(by);
      return Promise.resolve();
    },
    obtain: (image) =>
      Promise.reject(new ChaosError('failed', `a process has no image such as ${image}: change its command`)),
    heeds: () => effectiveChanges('process'),
    signal,
  };
}

/** Whether a replica runs and its health check succeeds now. */
async function isReplicaHealthy(up: RunningProcesses, replica: PlacedReplica): Promise<boolean> {
  if (up.servers.get(replica.address)?.state() !== 'running') return false;
  const values = valuesOf(up, replica);
  const check = healthCheckOf(replica, replica.ports, values);
  if (check?.kind !== 'command') return check === null || isHealthy(check, CHECK_MS);
  return isHealthy({ ...check, cwd: replica.folder, env: environmentOf(replica, values) }, CHECK_MS);
}

async function outputOf(
  up: RunningProcesses,
  replica: PlacedReplica,
  command: readonly string[],
): Promise<string | null> {
  const values = valuesOf(up, replica);
  const [program = '', ...args] = command.map((word) => fillPlaceholders(word, values));
  const { exitCode, stdout } = await run(program, args, {
    cwd: replica.folder,
    env: environmentOf(replica, values),
    timeoutMs: CHECK_MS,
  });
  return exitCode === 0 ? stdout : null;
}

function environmentOf(replica: PlacedReplica, values: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...variablesOf(replica, values) };
}

function firstProcess(
  up: RunningProcesses,
  limits: EnvironmentSpec['limits'],
  replica: PlacedReplica,
  logFolder: string,
): ServerProcess {
  const { folder, address, name } = replica;
  writeFiles(up, replica);
  const { args, env } = howToStart(up, replica);
  return new ServerProcess(
    'sh',
    args,
    logFile(logFolder, name),
    limits?.includes('memory') === true ? makeMemoryGroup(up.folder, address) : undefined,
    { cwd: folder, env, wholeGroup: true },
  );
}

/** The arguments of the shell that becomes the program of a replica, and its variables. */
function howToStart(
  up: RunningProcesses,
  replica: PlacedReplica,
): { args: string[]; env: Record<string, string> } {
  const values = valuesOf(up, replica);
  const command = replica.spec.command.map((word) => fillPlaceholders(word, values));
  return {
    args: ['-c', NOTE_AND_BECOME, sessionFile(up.folder, replica.name), ...command],
    env: { ...variablesOf(replica, values), ...sessionMark(up.folder) },
  };
}

function writeFiles(up: RunningProcesses, replica: PlacedReplica): void {
  const values = valuesOf(up, replica);
  mkdirSync(replica.folder, { recursive: true });
  for (const [file, content] of Object.entries(replica.spec.files)) {
    const path = join(replica.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fillPlaceholders(content, values));
  }
}

function valuesOf(up: RunningProcesses, replica: PlacedReplica): Record<string, string> {
  return placeholderValues(replica, up.links, up.counts, {
    dialOf: ({ id, direct, upstreamPort }) => {
      const port = direct === true ? upstreamPort : (up.toxiproxy?.port(id) ?? noProxy(id));
      return `${HOST}:${port}`;
    },
    listen: HOST,
    ownAt: (port) => replica.ports[port] ?? '',
  });
}
