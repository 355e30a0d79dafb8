import { Readable } from 'node:stream';
import { create } from 'tar';
import type { Engine } from '../../src/drivers/docker/engine/engine.ts';
import { ChaosError } from '../../src/support/errors.ts';
import type { ImageContext } from './context.ts';

/** One message of an engine that builds. */
interface BuildMessage {
  stream?: string;
  error?: string;
}

/** Builds an image by the API of an engine: neither a registry nor a command of Docker is needed. @throws ChaosError `failed` */
export async function buildImage(
  { docker }: Engine,
  { folder, servers }: ImageContext,
  tag: string,
): Promise<void> {
  const archive = Readable.from(create({ cwd: folder }, ['.']));
  const answer = await docker.buildImage(archive, { t: tag, buildargs: { SERVERS: servers } });
  const messages = await new Promise<BuildMessage[]>((done, fail) =>
    docker.modem.followProgress(answer, (error: Error | null, all: BuildMessage[]) =>
      error === null ? done(all) : fail(error),
    ),
  );
  const problem = messages.find(({ error }) => error !== undefined)?.error;
  if (problem !== undefined) throw new ChaosError('failed', `building ${tag}: ${problem.trim()}`);
}

/** Bytes of an image on an engine. */
export async function sizeOf({ docker }: Engine, tag: string): Promise<number> {
  return (await docker.getImage(tag).inspect()).Size;
}
