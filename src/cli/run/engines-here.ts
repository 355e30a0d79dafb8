import type { Environment } from '../../experiment/schema/environment.ts';
import { ChaosError } from '../../support/errors.ts';
import { reachCompose, reachEngine } from '../doctor/engine.ts';

/** Drivers whose servers run in containers. */
const OF_CONTAINERS: readonly string[] = ['docker', 'attached-docker', 'compose'];

/**
 * What containers need on this machine; each part is checked once, at its first use.
 *
 * @returns what is missing for an environment, in words, or null; an engine that the environment itself names is not
 * checked
 */
export function enginesHere(
  env: NodeJS.ProcessEnv,
): (driver: string, environment: Pick<Environment, 'clusters'>) => Promise<string | null> {
  const engine = once(() => lackOf('a Docker engine', () => reachEngine(env)));
  const compose = once(() => lackOf('Docker Compose', () => reachCompose(env)));
  return async (driver, { clusters }) => {
    if (!OF_CONTAINERS.includes(driver)) return null;
    const isNamed = Object.values(clusters).every(({ docker }) => docker?.host !== undefined);
    const reason = isNamed ? null : await engine();
    return reason ?? (driver === 'compose' ? compose() : null);
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

async function lackOf(what: string, reach: () => Promise<unknown>): Promise<string | null> {
  try {
    await reach();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof ChaosError)) throw thrown;
    return `the environment needs ${what}: ${thrown.message}`;
  }
}
