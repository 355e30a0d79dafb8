import { resolveBinary, type ResolvedBinary } from '../binaries/index.ts';
import { TOOLS } from '../binaries/tools.ts';
import type { DriverContext } from '../driver.ts';

/**
 * The release that a step names. The variable that names one binary for a whole run has no say here: the step would
 * change nothing.
 */
export function resolveOther(
  wanted: string,
  { signal, progress }: Pick<DriverContext, 'signal' | 'progress'>,
): Promise<ResolvedBinary> {
  const env = { ...process.env, [TOOLS['nats-server'].binaryVariable]: undefined };
  return resolveBinary({ tool: 'nats-server', wanted }, { signal, progress, env });
}
