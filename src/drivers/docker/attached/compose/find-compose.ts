import { run } from '../../../../support/exec.ts';
import { ChaosError } from '../../../../support/errors.ts';

/** The compose command of this machine. */
export interface Compose {
  /** The plugin of docker, or the older docker-compose. */
  command: string[];
  /** `2.40.3`. */
  version: string;
}

const ASK_MS = 20_000;

/** The plugin of docker if it is installed, or else the older docker-compose. @throws ChaosError `unavailable` */
export async function findCompose(env: NodeJS.ProcessEnv = process.env): Promise<Compose> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = command;
    const asked = run(program, [...args, 'version', '--short'], { env, timeoutMs: ASK_MS });
    const { exitCode, stdout } = await asked.catch(() => ({ exitCode: 1, stdout: '' }));
    if (exitCode === 0) return { command, version: stdout.trim().replace(/^v/, '') };
  }
  throw new ChaosError('unavailable', 'neither docker compose nor docker-compose is installed', {
    hint: 'install docker-compose-plugin or docker-compose; or bring the file up elsewhere, and attach to it',
  });
}
