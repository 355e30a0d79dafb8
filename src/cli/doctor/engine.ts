import { ChaosError } from '../../support/errors.ts';
import type { Check } from './check.ts';

/** Asked in the same way as the docker driver does it; no `docker` command is needed. */
export async function dockerCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const base = { id: 'docker', title: 'Docker engine' };
  try {
    const { version, apiVersion, arch, address } = await reachEngine(env);
    const detail = `${version} (API ${apiVersion}, linux/${arch}) at ${address.host}`;
    return { ...base, status: 'ok', detail };
  } catch (error) {
    return missing(base, error, 'only the docker driver needs one');
  }
}

/** Asked in the same way as a run that starts a compose file. */
export async function composeCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const base = { id: 'compose', title: 'Docker Compose' };
  try {
    const { command, version } = await reachCompose(env);
    return { ...base, status: 'ok', detail: `${version}, as ${command.join(' ')}` };
  } catch (error) {
    return missing(base, error, 'only environments with `compose` need one');
  }
}

/** Loaded here, because only few commands need a Docker client. @throws ChaosError when the engine is unreachable */
export async function reachEngine(env: NodeJS.ProcessEnv) {
  const [{ connectEngine }, { engineAddress }] = await Promise.all([
    import('../../drivers/docker/engine/engine.ts'),
    import('../../drivers/docker/engine/engine-address.ts'),
  ]);
  return connectEngine(engineAddress(env), env);
}

/** @throws ChaosError when there is none */
export async function reachCompose(env: NodeJS.ProcessEnv) {
  const { findCompose } = await import('../../drivers/docker/attached/compose/find-compose.ts');
  return findCompose(env);
}

function missing(base: Pick<Check, 'id' | 'title'>, error: unknown, who: string): Check {
  if (!(error instanceof ChaosError)) throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return { ...base, status: 'missing', detail: `${error.message}; ${who}`, ...hint };
}
