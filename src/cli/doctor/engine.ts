import { ChaosError } from '../../support/errors.ts';
import type { Check } from './check.ts';

/** Asked as the docker driver asks it; no `docker` command is needed. */
export async function dockerCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const base = { id: 'docker', title: 'Docker engine' };
  try {
    const [{ connectEngine }, { engineAddress }] = await Promise.all([
      import('../../drivers/docker/engine.ts'),
      import('../../drivers/docker/engine-address.ts'),
    ]);
    const { version, apiVersion, arch, address } = await connectEngine(engineAddress(env), env);
    const detail = `${version} (API ${apiVersion}, linux/${arch}) at ${address.host}`;
    return { ...base, status: 'ok', detail };
  } catch (error) {
    return missing(base, error, 'only the docker driver needs one');
  }
}

/** Asked as a run asks that brings a compose file up. */
export async function composeCheck(env: NodeJS.ProcessEnv): Promise<Check> {
  const base = { id: 'compose', title: 'Docker Compose' };
  try {
    const { findCompose } = await import('../../drivers/docker/found/find-compose.ts');
    const { command, version } = await findCompose(env);
    return { ...base, status: 'ok', detail: `${version}, as ${command.join(' ')}` };
  } catch (error) {
    return missing(base, error, 'only environments with `compose` need one');
  }
}

function missing(base: Pick<Check, 'id' | 'title'>, error: unknown, who: string): Check {
  if (!(error instanceof ChaosError)) throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return { ...base, status: 'missing', detail: `${error.message}; ${who}`, ...hint };
}
