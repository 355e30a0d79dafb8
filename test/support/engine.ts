import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { thingsOf } from '../../src/drivers/docker/engine/reap.ts';
import { until } from '../../src/support/deadline.ts';

/** Everything of a run that is on the engine, by name. */
export async function onEngine(runId: string): Promise<string[]> {
  const { docker } = await connectEngine();
  const { containers, networks, volumes } = await thingsOf(docker, runId);
  return [...containers, ...networks, ...volumes];
}

/** Waits until nothing of a run is on the engine any more. @returns what is left */
export async function leftOnEngine(runId: string, timeoutMs: number): Promise<string[]> {
  await until(async () => (await onEngine(runId)).length === 0, {
    timeoutMs,
    what: 'nothing of the run on the engine',
  }).catch(() => undefined);
  return onEngine(runId);
}

/** Names of the images that are ours, which stay from one run to the next. */
export async function ourImages(engine?: Engine): Promise<string[]> {
  const { docker } = engine ?? (await connectEngine());
  const images = await docker.listImages({ filters: { label: ['io.nats-chaos.image'] } });
  return images.flatMap(({ RepoTags: tags }) => tags ?? []).sort();
}
