import type Docker from 'dockerode';
import { until } from '../../../support/deadline.ts';
import type { Milliseconds } from '../../../support/units.ts';
import { plainLog } from './logs.ts';

/** Whether a command in a container ends with exit code 0 in time. Never throws: a container that is down runs none. */
export async function succeedsIn(
  container: Docker.Container,
  command: readonly string[],
  withinMs: Milliseconds,
): Promise<boolean> {
  try {
    return (await exitCodeOf(container, command, withinMs)) === 0;
  } catch {
    return false;
  }
}

/** What a command in a container prints, when it ends with exit code 0 in time; null for any other. Never throws. */
export async function outputIn(
  container: Docker.Container,
  command: readonly string[],
  withinMs: Milliseconds,
): Promise<string | null> {
  const output: Buffer[] = [];
  try {
    const code = await exitCodeOf(container, command, withinMs, (part) => output.push(part));
    return code === 0 ? plainLog(Buffer.concat(output)) : null;
  } catch {
    return null;
  }
}

/** The signal ends every call, so that a command that hangs keeps no connection to the engine open. */
async function exitCodeOf(
  container: Docker.Container,
  command: readonly string[],
  withinMs: Milliseconds,
  onOutput: (part: Buffer) => void = () => undefined,
): Promise<number | null> {
  const abortSignal = AbortSignal.timeout(withinMs);
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    abortSignal,
  });
  const output = await exec.start({ abortSignal });
  output.on('data', onOutput);
  await new Promise<void>((resolve, reject) => {
    for (const event of ['end', 'close']) output.once(event, () => resolve());
    output.once('error', reject);
  });
  // The output may end just before the engine knows how the command has ended.
  const { ExitCode: code } = await until(
    async () => {
      const state = await exec.inspect({ abortSignal });
      return !state.Running && state;
    },
    { timeoutMs: withinMs, everyMs: 20, signal: abortSignal, what: `the end of ${command.join(' ')}` },
  );
  return code;
}
