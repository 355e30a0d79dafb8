import { throwIfAborted, withDeadline } from '../../../support/deadline.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { DriverContext } from '../../driver.ts';
import { engineCall, reasonOf } from './calls.ts';
import type { Engine } from './engine.ts';
import { plainLog } from './logs.ts';

/** The wait for a registry that does not answer is short; a registry that answers gets the time that it needs. */
const ANSWER_MS = 10_000;
const STALL_MS = 30_000;
const VERSION_MS = 10_000;

/** Makes the engine pull an image. @throws ChaosError `unavailable` when it cannot be pulled, or `aborted` */
export async function pull(
  { docker }: Engine,
  image: string,
  { signal, progress }: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<void> {
  progress(`looking for the image ${image}`);
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), ANSWER_MS);
  const abortSignal = AbortSignal.any([signal, silence.signal]);
  try {
    const stream = await docker.pull(image, { abortSignal });
    for await (const chunk of stream) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), STALL_MS);
      const error = /"error":\s*"([^"]*)"/.exec(String(chunk))?.[1];
      if (error !== undefined) throw new ChaosError('unavailable', error);
    }
  } catch (error) {
    throwIfAborted(signal);
    const why = silence.signal.aborted ? 'the registry does not answer' : reasonOf(error);
    throw new ChaosError('unavailable', `the image ${image} cannot be pulled: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the server of an image briefly to read its version. @throws ChaosError */
export async function askImageVersion({ docker }: Engine, image: string): Promise<string> {
  const container = await engineCall(
    `asking ${image} for its version`,
    docker.createContainer({ Image: image, Cmd: ['--version'], NetworkDisabled: true }),
  );
  try {
    await container.start();
    await withDeadline(container.wait(), VERSION_MS, `${image} --version`);
    const said = plainLog(await container.logs({ stdout: true, stderr: true }));
    const version = /v?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
    if (version === undefined) throw new ChaosError('unavailable', `${image} --version says: ${said.trim()}`);
    return version;
  } finally {
    await container.remove({ force: true });
  }
}
