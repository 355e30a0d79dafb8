/** Names of the only variables that `${NAME}` may read in files, with commas between them; left out: all. */
export const READABLE = 'NATS_CHAOS_VARIABLES';
/** Names of those of them that are secrets wherever they are used. */
export const SECRET = 'NATS_CHAOS_SECRETS';

/** The variables that files may read: a worker of a fleet gives those of others only what it was told to. */
export function readableVariables(env: NodeJS.ProcessEnv): {
  variables: NodeJS.ProcessEnv;
  secrets: string[];
} {
  const [readable, secret] = [namesIn(env[READABLE]), namesIn(env[SECRET])];
  const secrets = (secret ?? []).flatMap((name) => env[name] ?? []);
  if (readable === undefined) return { variables: env, secrets };
  return { variables: Object.fromEntries(readable.map((name) => [name, env[name]])), secrets };
}

function namesIn(list: string | undefined): string[] | undefined {
  return list?.split(',').filter((name) => name !== '');
}
