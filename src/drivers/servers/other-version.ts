import { resolveBinary, type ResolvedBinary } from '../binaries/index.ts';
import { TOOLS } from '../binaries/tools.ts';
import type { DriverContext } from '../driver.ts';

/**
 * The environment's variables for a release that a step names. The variable that names one binary for the whole run is
 * left out: with it the step would change nothing.
 */
export function variablesForStep(): NodeJS.ProcessEnv {
  return { ...process.env, [TOOLS['nats-server'].binaryVariable]: undefined };
}

/** The release that a step names. */
export function resolveOther(
  wanted: string,
  { signal, progress }: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<ResolvedBinary> {
  return resolveBinary({ tool: 'nats-server', wanted }, { signal, progress, env: variablesForStep() });
}
