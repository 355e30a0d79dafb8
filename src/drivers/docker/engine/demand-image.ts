import type { DriverContext } from '../../driver.ts';
import { tolerating } from './calls.ts';
import type { Engine } from './engine.ts';
import { pull } from './pull.ts';

/** Pulls an image that an engine does not have. @throws ChaosError `unavailable` when it cannot be pulled */
export async function demandImage(
  engine: Engine,
  image: string,
  ctx: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<void> {
  if ((await tolerating([404], engine.docker.getImage(image).inspect())) === undefined)
    await pull(engine, withTag(image), ctx);
}

/** A name without a tag or digest means `latest`: an engine would pull every tag there is. */
export function withTag(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? image : `${image}:latest`;
}
