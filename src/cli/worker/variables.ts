import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { QUEUE_VARIABLES } from '../fleet/queue-options.ts';
import { READABLE, SECRET } from '../run/variables.ts';

/**
 * Leaves the process, and the runs that it starts, only variables that experiments may read: those that were named, and the
 * secrets of files. The credentials of the queue are taken away.
 *
 * @param files with lines `NAME=value`
 * @throws ChaosError `usage` for a file that cannot be read, or has another line
 */
export function restrictVariables(
  env: NodeJS.ProcessEnv,
  { allowed, files }: { allowed: readonly string[]; files: readonly string[] },
): void {
  const secrets = files.flatMap((file) => Object.entries(secretsIn(file)));
  for (const name of Object.keys(env))
    if (name.startsWith(QUEUE_VARIABLES)) Reflect.deleteProperty(env, name);
  for (const [name, value] of secrets) env[name] = value;
  const names = secrets.map(([name]) => name);
  env[READABLE] = [...new Set([...allowed, ...names])].join(',');
  env[SECRET] = names.join(',');
}

function secretsIn(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(resolve(file), 'utf8');
  } catch (thrown) {
    throw new ChaosError('usage', `--secrets ${file}: ${messageOf(thrown)}`);
  }
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line, i) => {
      if (line === '' || line.startsWith('#')) return [];
      const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
      // The line may be a secret, which must not be printed.
      if (match?.[1] === undefined) throw new ChaosError('usage', `${file}:${i + 1} is not NAME=value`);
      return [[match[1], match[2] ?? ''] as const];
    }),
  );
}
