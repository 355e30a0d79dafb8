import type Docker from 'dockerode';
import { run } from '../../../../support/exec.ts';
import { sleep, throwIfAborted } from '../../../../support/deadline.ts';
import { ChaosError, messageOf } from '../../../../support/errors.ts';
import { formatDuration, type Milliseconds } from '../../../../support/units.ts';
import { engineCall } from '../../engine/calls.ts';
import type { EngineAddress } from '../../engine/engine-address.ts';
import { ofProject } from '../../engine/labels.ts';
import { plainLog } from '../../engine/logs.ts';
import { SERVICE_LABEL } from '../attached-container.ts';

/** A compose file, brought up as a project of its own. */
export interface ComposeProject {
  file: string;
  /** Unique to the run. */
  project: string;
  engine: EngineAddress;
  /** Goes into `NATS_IMAGE`, which the file may name; left out: as the file or the environment has it. */
  image?: string;
}

const UP_MS = 300_000;
const DOWN_MS = 60_000;
const POLL_MS = 200;
/** How many lines of a long error are shown. */
const SHOWN_LINES = 4;

/**
 * Makes and starts everything in the file.
 *
 * @throws ChaosError `unavailable` or `not-ready` with what compose complained of; what it has made is still there
 */
export async function composeUp(
  command: readonly string[],
  project: ComposeProject,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await compose(command, project, ['up', '-d'], UP_MS, signal);
  if (exitCode !== 0) throw complaint(stderr, project.file);
}

/** Stops and removes everything of the project, its volumes too. Never throws: the caller checks what is left. */
export async function composeDown(command: readonly string[], project: ComposeProject): Promise<void> {
  const args = ['down', '--volumes', '--remove-orphans', '--timeout', '5'];
  await compose(command, project, args, DOWN_MS).catch(() => undefined);
}

/**
 * Waits until every container of the project runs, and is healthy where it has a health check.
 *
 * @throws ChaosError `not-ready` with the service, and what its check or its log said
 */
export async function allHealthy(
  docker: Docker,
  project: string,
  withinMs: Milliseconds,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    throwIfAborted(signal);
    const waiting = await waitingFor(docker, project);
    if (waiting.length === 0) return;
    if (performance.now() >= deadline) {
      throw new ChaosError(
        'not-ready',
        `not healthy within ${formatDuration(withinMs)}: ${waiting.join('; ')}`,
        { hint: 'compose: { within: ... } gives it more time' },
      );
    }
    await sleep(POLL_MS, signal);
  }
}

/** What is not healthy yet. @throws ChaosError when something will not be */
async function waitingFor(docker: Docker, project: string): Promise<string[]> {
  const listed = await engineCall(
    `looking at the project ${project}`,
    docker.listContainers({ all: true, filters: ofProject(project) }),
  );
  const waiting = await Promise.all(
    listed.map(async ({ Id: id, Labels: labels }) => {
      const { State: state } = await docker.getContainer(id).inspect();
      const service = labels[SERVICE_LABEL] ?? id.slice(0, 12);
      // A service that ended successfully is not a server.
      if (!state.Running && state.ExitCode === 0) return [];
      if (!state.Running && state.Status !== 'created')
        throw new ChaosError(
          'not-ready',
          `the service ${service} exited with ${state.ExitCode}${await lastLine(docker, id)}`,
        );
      const health = state.Health;
      if (health?.Status === 'unhealthy') {
        const said = health.Log.at(-1)?.Output.trim() ?? '';
        throw new ChaosError(
          'not-ready',
          `the service ${service} is unhealthy: ${said || 'its check fails'}`,
        );
      }
      if (!state.Running) return [`${service} is ${state.Status}`];
      return health === undefined || health.Status === 'healthy' ? [] : [`${service} is ${health.Status}`];
    }),
  );
  return waiting.flat();
}

async function lastLine(docker: Docker, id: string): Promise<string> {
  const log = await docker
    .getContainer(id)
    .logs({ stdout: true, stderr: true, tail: 1 })
    .catch(() => Buffer.alloc(0));
  const words = plainLog(log).trim();
  return words === '' ? '' : `, saying: ${words}`;
}

function complaint(stderr: string, file: string): ChaosError {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/^(Creating|Starting|Pulling|Recreating|Container|Network|Volume)\b/.test(line),
    );
  const shown = [...new Set(lines)].slice(-SHOWN_LINES).join(' ');
  const taken =
    /(?:Bind for |bind: |listen tcp4? )?\S*?:(\d+)\S*\s+(?:failed: )?(?:port is already allocated|bind: address already in use)/.exec(
      stderr,
    );
  if (taken) {
    const service = /for (?:service )?"?([\w.-]+)"?\s+Cannot start|for (\S+)\s+Cannot/.exec(stderr);
    const whose = service?.[1] ?? service?.[2];
    return new ChaosError(
      'unavailable',
      `${file}: port ${taken[1] ?? ''}${whose === undefined ? '' : ` of ${whose}`} is taken already`,
      { hint: 'stop what uses the port, or publish another one in the compose file' },
    );
  }
  if (/Pool overlaps/.test(stderr)) {
    return new ChaosError(
      'unavailable',
      `${file}: a subnet that it names is taken already by another network of the engine`,
      {
        hint: 'docker network ls shows the networks; name another subnet (in the files that ship by the variable BETWEEN, such as BETWEEN=10.222.99)',
      },
    );
  }
  if (
    /pull access denied|manifest (unknown|for)|No such image|failed to resolve|dial tcp|Client\.Timeout/i.test(
      stderr,
    )
  ) {
    return new ChaosError('unavailable', `${file}: an image is not there, and cannot be pulled: ${shown}`, {
      hint: 'let the file say ${NATS_IMAGE:-nats:2.12}, and the environment `nats`: the runner then brings the image',
    });
  }
  return new ChaosError('unavailable', `${file} cannot be brought up: ${shown || 'compose says nothing'}`);
}

async function compose(
  [program = '', ...before]: readonly string[],
  { file, project, engine, image }: ComposeProject,
  args: readonly string[],
  timeoutMs: Milliseconds,
  signal?: AbortSignal,
) {
  const env = {
    ...process.env,
    DOCKER_HOST: engine.host,
    COMPOSE_ANSI: 'never',
    ...(image === undefined ? {} : { NATS_IMAGE: image }),
  };
  try {
    return await run(program, [...before, '-f', file, '-p', project, ...args], { env, timeoutMs, signal });
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    throw new ChaosError('unavailable', `compose ${args[0] ?? ''}: ${messageOf(error)}`, { cause: error });
  }
}
